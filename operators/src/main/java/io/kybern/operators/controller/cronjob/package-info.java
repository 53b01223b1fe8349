/** Jobs at times. */
@NullMarked
package io.kybern.operators.controller.cronjob;

import org.jspecify.annotations.NullMarked;
