/** Kinds of certificates.k8s.io. */
package io.kybern.apiserver.registry.certificates;
