/** Kinds of discovery.k8s.io. */
package io.kybern.apiserver.registry.discovery;
