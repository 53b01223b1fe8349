package io.kybern.apiserver.health;

import io.kybern.apiserver.health.HealthCheck.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The checks under the names and in the order of the original, which tools ask for one by one. Many of the original's are
 * start-up steps of its own; here a step has come about when the component that does its work is up: the store, or
 * bootstrapping. Source: the checks that kube-apiserver lists.
 */
public final class ServerChecks {
    private static final Set<Probe> ALL = Set.of(Probe.values());
    private static final Set<Probe> ALIVE = Set.of(Probe.HEALTHZ, Probe.LIVEZ);
    private static final Set<Probe> READY = Set.of(Probe.READYZ);

    /** Steps that are done with when everything is bootstrapped. */
    private static final List<String> STEPS = List.of(
            "start-apiserver-admission-initializer",
            "generic-apiserver-start-informers",
            "priority-and-fairness-config-consumer",
            "priority-and-fairness-filter",
            "storage-object-count-tracker-hook",
            "start-apiextensions-informers",
            "start-apiextensions-controllers",
            "crd-informer-synced",
            "start-system-namespaces-controller",
            "peer-endpoint-reconciler-controller",
            "start-cluster-authentication-info-controller",
            "start-kube-apiserver-identity-lease-controller",
            "start-kube-apiserver-identity-lease-garbage-collector",
            "storage-readiness",
            "start-legacy-token-tracking-controller",
            "start-service-ip-repair-controllers",
            "rbac/bootstrap-roles",
            "scheduling/bootstrap-system-priority-classes",
            "priority-and-fairness-config-producer",
            "bootstrap-controller",
            "start-kubernetes-service-cidr-controller",
            "aggregator-reload-proxy-client-cert",
            "start-kube-aggregator-informers",
            "apiservice-status-local-available-controller",
            "apiservice-status-remote-available-controller",
            "apiservice-registration-controller",
            "apiservice-discovery-controller",
            "kube-apiserver-autoregistration");

    private static final List<String> LAST_STEPS =
            List.of("apiservice-openapi-controller", "apiservice-openapiv3-controller");

    private ServerChecks() {}

    /**
     * All of them.
     *
     * @param store what is wrong with the store; empty when it answers
     * @param writes why the store refuses writes; empty when it takes them. Then the server is alive, but not ready
     */
    public static List<HealthCheck> of(
            ServerState state, Supplier<Optional<String>> store, Supplier<Optional<String>> writes) {
        List<HealthCheck> out = new ArrayList<>();
        out.add(HealthCheck.everywhere("ping", Optional::empty));
        out.add(HealthCheck.everywhere("log", Optional::empty));
        out.add(HealthCheck.at("loopback-serving-certificate", ALIVE, Optional::empty));
        out.add(HealthCheck.everywhere("etcd", store));
        out.add(HealthCheck.at("etcd-readiness", READY, () -> store.get().or(writes)));
        out.add(HealthCheck.at("informer-sync", READY, state::bootstrapped));
        STEPS.forEach(step -> out.add(HealthCheck.at("poststarthook/" + step, ALL, state::bootstrapped)));
        out.add(HealthCheck.everywhere("autoregister-completion", state::bootstrapped));
        LAST_STEPS.forEach(step -> out.add(HealthCheck.at("poststarthook/" + step, ALL, state::bootstrapped)));
        out.add(HealthCheck.at("shutdown", READY, state::open));
        return out;
    }
}
