/** Kinds of node.k8s.io. */
package io.kybern.apiserver.registry.node;
