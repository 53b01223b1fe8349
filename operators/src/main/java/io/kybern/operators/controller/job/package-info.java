/** Pods of Jobs, and when a Job is done. */
@NullMarked
package io.kybern.operators.controller.job;

import org.jspecify.annotations.NullMarked;
