/** Kinds of resource.k8s.io. */
package io.kybern.apiserver.registry.resource;
