package io.kybern.apiserver.registry.rbac;

/** RoleBindings: who has the rules of a Role or ClusterRole in one namespace. */
public final class RoleBindingStrategy extends BindingStrategy {
    public RoleBindingStrategy() {
        super(true);
    }
}
