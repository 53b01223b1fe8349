package io.kybern.operators;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.operators.controller.ControllerRuntime;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.clusterroleaggregation.ClusterRoleAggregationController;
import io.kybern.operators.controller.cronjob.CronJobController;
import io.kybern.operators.controller.daemonset.DaemonSetController;
import io.kybern.operators.controller.deployment.DeploymentController;
import io.kybern.operators.controller.disruption.DisruptionController;
import io.kybern.operators.controller.endpointslice.EndpointSliceController;
import io.kybern.operators.controller.endpointslice.EndpointsController;
import io.kybern.operators.controller.endpointslicemirroring.EndpointSliceMirroringController;
import io.kybern.operators.controller.garbagecollector.GarbageCollector;
import io.kybern.operators.controller.job.JobController;
import io.kybern.operators.controller.namespace.DefaultServiceAccountController;
import io.kybern.operators.controller.namespace.NamespaceController;
import io.kybern.operators.controller.namespace.RootCaController;
import io.kybern.operators.controller.nodelifecycle.NodeLifecycleController;
import io.kybern.operators.controller.nodelifecycle.TaintEvictionController;
import io.kybern.operators.controller.nodelifecycle.ZoneLimiter;
import io.kybern.operators.controller.podgc.PodGarbageCollector;
import io.kybern.operators.controller.replicaset.ReplicaSetController;
import io.kybern.operators.controller.replicaset.ReplicationManager;
import io.kybern.operators.controller.resourcequota.ObjectCounts;
import io.kybern.operators.controller.resourcequota.ResourceQuotaController;
import io.kybern.operators.controller.statefulset.StatefulSetController;
import io.kybern.operators.controller.ttlafterfinished.TtlAfterFinishedController;
import io.kybern.operators.controller.volumeprotection.AttributesClassProtectionController;
import io.kybern.operators.controller.volumeprotection.ClaimProtectionController;
import io.kybern.operators.controller.volumeprotection.VolumeProtectionController;
import io.kybern.operators.event.BackgroundEventRecorder;
import io.kybern.operators.event.CoreEvents;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;

/** All controllers of a cluster in one process, over one client and one set of caches. */
public final class Controllers implements AutoCloseable {
    private final KubernetesClient client;
    private final ControllersConfig config;
    private final ControllerRuntime runtime;
    private final Optional<PodGarbageCollector> podGarbage;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /**
     * Makes the controllers that {@code config} enables and fills their caches, and blocks until that is done. They do nothing
     * before {@link #start}.
     *
     * @param client may do everything; it is not closed
     * @throws IllegalStateException when the API server does not answer in time
     */
    public static Controllers prepare(KubernetesClient client, ControllersConfig config) throws InterruptedException {
        var controllers = new Controllers(client, config);
        try {
            controllers.runtime.fill();
            return controllers;
        } catch (RuntimeException | InterruptedException e) {
            controllers.close();
            throw e;
        }
    }

    private Controllers(KubernetesClient client, ControllersConfig config) {
        this.client = client;
        this.config = config;
        var informers = opened(new SharedInformers(client));
        this.runtime = new ControllerRuntime(client, informers);
        this.podGarbage = config.enables(PodGarbageCollector.NAME)
                ? Optional.of(opened(
                        new PodGarbageCollector(client, informers, config.clock(), config.terminatedPodGcThreshold())))
                : Optional.empty();
        register(informers);
        opened(runtime);
    }

    private void register(SharedInformers informers) {
        var registrar = new Object() {
            void add(String name, Function<EventRecorder, KindController<?>> make) {
                if (config.enables(name)) {
                    BackgroundEventRecorder events = opened(CoreEvents.recorder(client, name, config.clock()));
                    runtime.add(make.apply(events), config::concurrencyOf);
                }
            }
        };
        registrar.add("namespace-controller", events -> new NamespaceController(client, informers, config.clock()));
        registrar.add("serviceaccount-controller", events -> new DefaultServiceAccountController(client, informers));
        if (!config.rootCa().isEmpty()) {
            registrar.add(
                    "root-ca-certificate-publisher-controller",
                    events -> new RootCaController(client, informers, config.rootCa()));
        }
        registrar.add(
                "clusterrole-aggregation-controller",
                events -> new ClusterRoleAggregationController(client, informers));
        registrar.add(
                "deployment-controller", events -> new DeploymentController(client, informers, events, config.clock()));
        registrar.add(
                "replicaset-controller", events -> new ReplicaSetController(client, informers, events, config.clock()));
        registrar.add(
                "replicationcontroller-controller",
                events -> new ReplicationManager(client, informers, events, config.clock()));
        registrar.add(
                "statefulset-controller",
                events -> new StatefulSetController(client, informers, events, config.clock()));
        registrar.add(
                "daemonset-controller", events -> new DaemonSetController(client, informers, events, config.clock()));
        registrar.add("cronjob-controller", events -> new CronJobController(client, informers, events, config.clock()));
        registrar.add("job-controller", events -> new JobController(client, informers, events, config.clock()));
        registrar.add(
                "disruption-controller", events -> new DisruptionController(client, informers, events, config.clock()));
        registrar.add(
                "endpointslice-controller",
                events -> new EndpointSliceController(
                        client, informers, events, config.clock(), config.maxEndpointsPerSlice()));
        registrar.add(
                "endpointslice-mirroring-controller",
                events -> new EndpointSliceMirroringController(client, informers, config.clock()));
        registrar.add("endpoints-controller", events -> new EndpointsController(client, informers));
        registrar.add(
                "ttl-after-finished-controller", events -> new TtlAfterFinishedController(client, config.clock()));
        registrar.add(
                "persistentvolumeclaim-protection-controller",
                events -> new ClaimProtectionController(client, informers));
        registrar.add("persistentvolume-protection-controller", events -> new VolumeProtectionController(client));
        registrar.add(
                "volumeattributesclass-protection-controller",
                events -> new AttributesClassProtectionController(client, informers));
        registrar.add(
                "resourcequota-controller",
                events -> new ResourceQuotaController(
                        client, informers, opened(new ObjectCounts(client, config.clock())), config.clock()));
        registrar.add(
                "node-lifecycle-controller",
                events -> new NodeLifecycleController(
                        client,
                        informers,
                        events,
                        config.clock(),
                        new NodeLifecycleController.GracePeriods(
                                config.nodeMonitorGracePeriod(), config.nodeStartupGracePeriod()),
                        new ZoneLimiter.Limits(
                                config.nodeEvictionRate(),
                                config.secondaryNodeEvictionRate(),
                                config.unhealthyZoneThreshold(),
                                config.largeClusterSizeThreshold())));
        registrar.add(
                "taint-eviction-controller",
                events -> new TaintEvictionController(client, informers, events, config.clock()));
    }

    /** Lets them act. */
    public void start() {
        podGarbage.ifPresent(PodGarbageCollector::start);
        runtime.start();
        if (config.enables(GarbageCollector.NAME)) {
            opened(GarbageCollector.start(client, config.concurrencyOf(GarbageCollector.NAME)));
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    /** Stops everything, the last opened first. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("controllers did not stop", e);
            }
        }
    }
}
