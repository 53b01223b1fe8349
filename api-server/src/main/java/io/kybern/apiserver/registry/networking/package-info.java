/** Kinds of networking.k8s.io. */
package io.kybern.apiserver.registry.networking;
