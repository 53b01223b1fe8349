/** What kubelets may do: what concerns their own node and its pods. Source: {@code plugin/pkg/auth/authorizer/node}. */
package io.kybern.apiserver.authorization.node;
