package io.kybern.apiserver.registry.rbac;

/** ClusterRoleBindings: who has the rules of a ClusterRole everywhere. */
public final class ClusterRoleBindingStrategy extends BindingStrategy {
    public ClusterRoleBindingStrategy() {
        super(false);
    }
}
