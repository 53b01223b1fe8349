/** Kinds of storage.k8s.io. */
package io.kybern.apiserver.registry.storage;
