package io.kybern.operators.controller.clusterroleaggregation;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.informer.SharedInformers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Gives ClusterRoles with an {@code aggregationRule} ({@code admin}, {@code edit}, {@code view}) the rules of those that
 * they select. Behaves as kube-controller-manager's clusterrole-aggregation-controller.
 */
public final class ClusterRoleAggregationController implements KindController<ClusterRole> {
    private final KubernetesClient client;
    private final SharedIndexInformer<ClusterRole> roles;

    public ClusterRoleAggregationController(KubernetesClient client, SharedInformers informers) {
        this.client = client;
        this.roles = informers.of(ClusterRole.class);
    }

    @Override
    public String name() {
        return "clusterrole-aggregation-controller";
    }

    @Override
    public Class<ClusterRole> primary() {
        return ClusterRole.class;
    }

    /** Any role may be selected by any that aggregates: there are few of them. */
    @Override
    public List<Watch<?>> watches() {
        return List.of(Watch.mapped(
                ClusterRole.class,
                role -> aggregating(),
                (before, after) -> !Objects.equals(before.getRules(), after.getRules())
                        || !Objects.equals(
                                before.getMetadata().getLabels(),
                                after.getMetadata().getLabels())));
    }

    private List<ResourceID> aggregating() {
        return roles.getStore().list().stream()
                .filter(role -> role.getAggregationRule() != null)
                .map(role -> new ResourceID(role.getMetadata().getName()))
                .toList();
    }

    @Override
    public Requeue reconcile(ClusterRole role) {
        if (role.getAggregationRule() == null) {
            return Requeue.none();
        }
        List<PolicyRule> rules = rules(role, roles.getStore().list());
        if (!rules.equals(role.getRules())) {
            client.resource(new ClusterRoleBuilder(role).withRules(rules).build())
                    .update();
        }
        return Requeue.none();
    }

    /** The rules of the selected roles, each once: selector by selector, roles by name. */
    static List<PolicyRule> rules(ClusterRole role, Collection<ClusterRole> all) {
        Set<PolicyRule> rules = new LinkedHashSet<>();
        for (LabelSelector selector : role.getAggregationRule().getClusterRoleSelectors()) {
            Selector wanted = Selector.of(selector);
            all.stream()
                    .filter(other -> !other.getMetadata()
                            .getName()
                            .equals(role.getMetadata().getName()))
                    .filter(other -> wanted.matches(other.getMetadata().getLabels()))
                    .sorted(Comparator.comparing(other -> other.getMetadata().getName()))
                    .filter(other -> other.getRules() != null)
                    .forEach(other -> rules.addAll(other.getRules()));
        }
        return new ArrayList<>(rules);
    }
}
