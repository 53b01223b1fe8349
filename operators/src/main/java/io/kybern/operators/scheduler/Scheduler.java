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
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduler. Between {@link #prepare} and {@link #close} it holds four watches, from {@link #start} on one thread, which sleeps while no
 * pod waits.
 */
public final class Scheduler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

    private final ClusterWatch watch;
    private final SchedulingQueue queue;
    private final BackgroundEventRecorder events;
    private final CompletableFuture<Void> filled;
    private final Thread thread;

    private Scheduler(
            ClusterWatch watch,
            CompletableFuture<Void> filled,
            SchedulingQueue queue,
            BackgroundEventRecorder events,
            Thread thread) {
        this.watch = watch;
        this.filled = filled;
        this.queue = queue;
        this.events = events;
        this.thread = thread;
    }

    /**
     * Begins to read what there is, in the background; decides on nothing before {@link #start}.
     *
     * @param client stays open when the scheduler is closed
     */
    public static Scheduler prepare(KubernetesClient client, SchedulerConfig config) {
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
        return new Scheduler(watch, watch.start(), queue, events, thread);
    }

    /**
     * Starts to schedule the pods of {@link SchedulerConfig#schedulerName}. Answers at once; the first pod is decided on
     * when all pods and nodes are known. Only one may run in a cluster at a time.
     */
    public void start() {
        var unused = filled.whenComplete((done, failure) -> {
            if (failure == null) {
                thread.start();
            } else {
                log.error("The scheduler could not start", failure);
            }
        });
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
