package io.kybern.apiserver.registry.resource;

/** Kinds of resource.k8s.io. */
