/** What a Kubernetes kind is, as a library with no I/O. */
package io.kybern.crd;
