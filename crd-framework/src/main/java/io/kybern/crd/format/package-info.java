/** The small text formats of Kubernetes (names, labels, ports, percentages) with the complaints about each. */
package io.kybern.crd.format;
