/** Failures as {@code metav1.Status}. */
package io.kybern.apiserver.error;
