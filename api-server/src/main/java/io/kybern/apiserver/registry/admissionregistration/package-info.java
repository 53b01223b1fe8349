/** Kinds of admissionregistration.k8s.io. */
package io.kybern.apiserver.registry.admissionregistration;
