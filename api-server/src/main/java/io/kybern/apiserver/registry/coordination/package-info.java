/** Kinds of coordination.k8s.io. */
package io.kybern.apiserver.registry.coordination;
