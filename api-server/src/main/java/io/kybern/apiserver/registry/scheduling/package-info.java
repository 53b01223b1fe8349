/** Kinds of scheduling.k8s.io. */
package io.kybern.apiserver.registry.scheduling;
