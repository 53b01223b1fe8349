/** Kinds of rbac.authorization.k8s.io. */
package io.kybern.apiserver.registry.rbac;
