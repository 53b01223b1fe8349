/** One cache per kind for the whole process. */
@NullMarked
package io.kybern.operators.informer;

import org.jspecify.annotations.NullMarked;
