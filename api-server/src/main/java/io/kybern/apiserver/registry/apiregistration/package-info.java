/** Kinds of apiregistration.k8s.io. */
package io.kybern.apiserver.registry.apiregistration;
