package io.kybern.operators.controller.resourcequota;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.resourcequota.ObjectCounts.UnknownResourceException;
import io.kybern.operators.informer.SharedInformers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Counts what quotas count. Behaves as kube-controller-manager's resourcequota-controller: it counts when a quota is new or
 * limits something else, when something goes away that was counted, and now and then. What is added is charged by admission,
 * before it is stored: counting then, from caches that may be older than that, would give room away. But a count may have been
 * too low for the same reason, so what is added may raise it.
 */
public final class ResourceQuotaController implements KindController<ResourceQuota> {
    private static final Duration RESYNC = Duration.ofMinutes(5);
    /** Kinds of the core that quotas count by their plain names, too. */
    private static final Set<String> PLAIN =
            Set.of("configmaps", "secrets", "resourcequotas", "replicationcontrollers");

    private static final String COUNT = "count/";

    private final KubernetesClient client;
    private final InstantSource clock;
    private final SharedIndexInformer<ResourceQuota> quotas;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<PersistentVolumeClaim> claims;
    private final ObjectCounts counts;
    private final PodUsage podUsage;
    private final ServiceUsage serviceUsage = new ServiceUsage();
    private final ClaimUsage claimUsage = new ClaimUsage();

    /** What is known of quotas that have been counted. */
    private final Map<ResourceID, Counting> counted = new ConcurrentHashMap<>();

    /** Those of which something has gone away. */
    private final Set<ResourceID> due = ConcurrentHashMap.newKeySet();

    /** Those of which something has been added. */
    private final Set<ResourceID> grown = ConcurrentHashMap.newKeySet();

    private record Counting(String uid, Map<String, Quantity> hard, Instant at) {}

    public ResourceQuotaController(
            KubernetesClient client, SharedInformers informers, ObjectCounts counts, InstantSource clock) {
        this.client = client;
        this.clock = clock;
        this.counts = counts;
        this.quotas = informers.of(ResourceQuota.class);
        this.pods = informers.of(Pod.class);
        this.services = informers.of(Service.class);
        this.claims = informers.of(PersistentVolumeClaim.class);
        this.podUsage = new PodUsage(clock);
    }

    @Override
    public String name() {
        return "resourcequota-controller";
    }

    @Override
    public Class<ResourceQuota> primary() {
        return ResourceQuota.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(
                replenishes(Pod.class, podUsage, (before, after) -> {
                    Instant now = clock.instant();
                    return !PodUsage.isOver(before, now) && PodUsage.isOver(after, now);
                }),
                replenishes(
                        Service.class,
                        serviceUsage,
                        (before, after) -> !before.getSpec().equals(after.getSpec())),
                replenishes(
                        PersistentVolumeClaim.class,
                        claimUsage,
                        (before, after) -> !before.getSpec().equals(after.getSpec())));
    }

    /** Whether an update of an object may have given something back. */
    @FunctionalInterface
    private interface GivesBack<T> {
        boolean test(T before, T after);
    }

    private <T extends HasMetadata> Watch<T> replenishes(Class<T> kind, Counted<T> usage, GivesBack<T> update) {
        return new Watch<>() {
            @Override
            public Class<T> kind() {
                return kind;
            }

            @Override
            public Collection<ResourceID> added(T object) {
                return concerned(object, grown);
            }

            @Override
            public Collection<ResourceID> updated(T before, T after) {
                return update.test(before, after) ? concerned(after, due) : List.of();
            }

            @Override
            public Collection<ResourceID> deleted(T object) {
                return concerned(object, due);
            }

            private Collection<ResourceID> concerned(T object, Set<ResourceID> noted) {
                List<ResourceID> keys = of(object.getMetadata().getNamespace())
                        .filter(q -> hard(q).keySet().stream().anyMatch(usage::concerns))
                        .map(ResourceID::fromResource)
                        .toList();
                noted.addAll(keys);
                return keys;
            }
        };
    }

    private Stream<ResourceQuota> of(String namespace) {
        return quotas.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace).stream();
    }

    /** Quotas that count objects are looked at when there are others. */
    @Override
    public void start(Consumer<ResourceID> look) {
        counts.onChange((namespace, fewer) -> {
            Stream<ResourceQuota> concerned = namespace.isEmpty() ? quotas.getStore().list().stream() : of(namespace);
            concerned
                    .filter(q -> hard(q).keySet().stream().anyMatch(ResourceQuotaController::countsObjects))
                    .map(ResourceID::fromResource)
                    .forEach(key -> {
                        (fewer ? due : grown).add(key);
                        look.accept(key);
                    });
        });
    }

    private static boolean countsObjects(String resource) {
        return resource.startsWith(COUNT) || PLAIN.contains(resource);
    }

    private static Map<String, Quantity> hard(ResourceQuota quota) {
        Map<String, Quantity> hard =
                quota.getSpec() == null ? null : quota.getSpec().getHard();
        return hard == null ? Map.of() : hard;
    }

    @Override
    public void gone(ResourceID key) {
        counted.remove(key);
        due.remove(key);
        grown.remove(key);
    }

    @Override
    public Requeue reconcile(ResourceQuota quota) throws InterruptedException {
        ResourceID key = ResourceID.fromResource(quota);
        Instant now = clock.instant();
        Counting last = counted.get(key);
        boolean known = last != null
                && last.uid().equals(quota.getMetadata().getUid())
                && Amounts.same(last.hard(), hard(quota));
        boolean whole = last == null
                || !known
                || due.remove(key)
                || !now.isBefore(last.at().plus(RESYNC));
        boolean more = grown.remove(key);
        if (last != null && !whole && !more) {
            return Requeue.after(Duration.between(now, last.at().plus(RESYNC)));
        }
        try {
            Map<String, Quantity> used = used(quota);
            if (!whole && quota.getStatus() != null) {
                used = Amounts.larger(used, quota.getStatus().getUsed());
            }
            boolean dirty = quota.getStatus() == null
                    || quota.getStatus().getHard() == null
                    || quota.getStatus().getUsed() == null
                    || !Amounts.same(quota.getStatus().getHard(), hard(quota))
                    || !Amounts.same(quota.getStatus().getUsed(), used);
            if (dirty) {
                client.resource(new ResourceQuotaBuilder(quota)
                                .withNewStatus()
                                .withHard(hard(quota))
                                .withUsed(used)
                                .endStatus()
                                .build())
                        .updateStatus();
            }
        } catch (RuntimeException e) {
            due.add(key);
            throw e;
        }
        if (whole) {
            counted.put(key, new Counting(quota.getMetadata().getUid(), hard(quota), now));
        }
        return Requeue.after(RESYNC);
    }

    /** What is used of what the quota limits; what can't be counted stays as it was. */
    private Map<String, Quantity> used(ResourceQuota quota) throws InterruptedException {
        String namespace = quota.getMetadata().getNamespace();
        List<Scope> scopes = Scope.of(quota.getSpec());
        Set<String> hard = hard(quota).keySet();
        Amounts sum = new Amounts();
        addUp(podUsage, pods, hard, namespace, scopes, sum);
        addUp(serviceUsage, services, hard, namespace, scopes, sum);
        addUp(claimUsage, claims, hard, namespace, scopes, sum);
        for (String resource : hard) {
            if (!sum.has(resource) && countsObjects(resource)) {
                count(resource, namespace, scopes, sum);
            }
        }
        Map<String, Quantity> used = new HashMap<>();
        Map<String, Quantity> before =
                quota.getStatus() == null || quota.getStatus().getUsed() == null
                        ? Map.of()
                        : quota.getStatus().getUsed();
        for (String resource : hard) {
            if (sum.has(resource)) {
                used.put(resource, sum.quantity(resource));
            } else if (before.containsKey(resource)) {
                used.put(resource, before.get(resource));
            }
        }
        return used;
    }

    private static <T extends HasMetadata> void addUp(
            Counted<T> usage,
            SharedIndexInformer<T> informer,
            Set<String> hard,
            String namespace,
            List<Scope> scopes,
            Amounts sum) {
        List<String> concerned = hard.stream().filter(usage::concerns).toList();
        if (!concerned.isEmpty()) {
            concerned.forEach(sum::zero);
            usage.addUp(informer.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace), scopes, sum);
        }
    }

    /** Objects that are only counted are in no scope. */
    private void count(String resource, String namespace, List<Scope> scopes, Amounts sum) throws InterruptedException {
        if (!scopes.isEmpty()) {
            sum.zero(resource);
            return;
        }
        String name = resource.startsWith(COUNT) ? resource.substring(COUNT.length()) : resource;
        try {
            OptionalLong count = counts.count(ObjectCounts.Name.of(name), namespace);
            count.ifPresent(n -> sum.add(resource, n));
        } catch (UnknownResourceException e) {
            // Nobody can use any of it.
        }
    }
}
