/** What each namespace starts with, and how it ends. */
@NullMarked
package io.kybern.operators.controller.namespace;

import org.jspecify.annotations.NullMarked;
