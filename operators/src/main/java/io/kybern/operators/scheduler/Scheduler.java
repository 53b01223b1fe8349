package io.kybern.operators.scheduler;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.operators.event.BackgroundEventRecorder;
import io.kybern.operators.event.SeriesEvents;
import io.kybern.operators.scheduler.framework.Profile;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.plugin.DefaultBinder;
import io.kybern.operators.scheduler.plugin.DefaultProfile;
import io.kybern.operators.scheduler.pod.ResourceNames;
import io.kybern.operators.scheduler.queue.SchedulingQueue;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running scheduler. Between {@link #start} and {@link #close} it holds four watches and one thread, which sleeps
 * while no pod waits.
 */
public final class Scheduler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

    private final ClusterWatch watch;
    private final SchedulingQueue queue;
    private final BackgroundEventRecorder events;
    private final Thread thread;

    private Scheduler(ClusterWatch watch, SchedulingQueue queue, BackgroundEventRecorder events, Thread thread) {
        this.watch = watch;
        this.queue = queue;
        this.events = events;
        this.thread = thread;
    }

    /**
     * Starts to schedule the pods of {@link SchedulerConfig#schedulerName}. Answers at once; the first pod is decided on
     * when all pods and nodes are known. Only one may run in a cluster at a time.
     *
     * @param client stays open when the scheduler is closed
     */
    public static Scheduler start(KubernetesClient client, SchedulerConfig config) {
        var names = new ResourceNames();
        var cache = new NodeCache(names);
        var namespaces = new NamespaceCache();
        var claims = new VolumeClaimCache();
        Profile profile =
                DefaultProfile.of(config.schedulerName(), names, namespaces::labels, claims, new DefaultBinder(client));
        var queue = new SchedulingQueue(profile, config.backoff(), config.clock());
        var events = SeriesEvents.recorder(
                client, config.schedulerName(), config.schedulerName() + '-' + hostName(), config.clock());
        var report = new ApiReport(client, events, config.clock());
        var algorithm =
                new SchedulingAlgorithm(profile, config.percentageOfNodesToScore(), config.random(), cache.snapshot());
        var loop = new SchedulingLoop(queue, cache, profile, algorithm, report, config.bindingsInFlight());
        var watch = new ClusterWatch(
                client, new ClusterFeed(cache, queue, config.schedulerName()), namespaces, claims, names);
        Thread thread = Thread.ofPlatform()
                .name("scheduler-" + config.schedulerName())
                .daemon()
                .unstarted(loop::run);
        var unused = watch.start().whenComplete((done, failure) -> {
            if (failure == null) {
                thread.start();
            } else {
                log.error("Scheduler {} could not start", config.schedulerName(), failure);
            }
        });
        return new Scheduler(watch, queue, events, thread);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Ends without waiting for bindings that are under way. */
    @Override
    public void close() {
        watch.close();
        queue.close();
        thread.interrupt();
        events.close();
    }
}
