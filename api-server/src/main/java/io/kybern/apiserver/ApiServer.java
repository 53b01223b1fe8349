package io.kybern.apiserver;

import io.kybern.apiserver.bootstrap.Bootstrap;
import io.kybern.apiserver.bootstrap.BootstrapParameters;
import io.kybern.apiserver.bootstrap.FrozenStart;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.health.HealthCheck;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.VertxListener;
import io.kybern.apiserver.introspection.SnapshotEndpoint;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.HostNames;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.embedded.DataDirectoryException;
import io.kybern.apiserver.storage.embedded.EmbeddedOptions;
import io.kybern.apiserver.storage.embedded.EmbeddedStore;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.kybern.apiserver.storage.etcd.EtcdStore;
import io.kybern.apiserver.storage.memory.MemoryStore;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.net.IpAddress;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Kubernetes API server in this process: {@code ApiServer.start(config)}. Needs no Quarkus and no socket; with
 * {@link ApiServerConfig#listen} it serves HTTPS too. Close it to release its port, its threads and its store.
 */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ApiServer.class.getName());

    /** Less than who stops the process waits before killing it. */
    private static final Duration DRAIN = Duration.ofSeconds(10);

    /** So that clients come back elsewhere one after the other. */
    private static final Duration WATCHES_END_WITHIN = Duration.ofSeconds(1);

    private final ApiServerConfig config;
    private final KeyValueStore store;
    private final ExecutorService virtualThreads;
    private final Pipeline pipeline;
    private Optional<VertxListener> listener = Optional.empty();
    /** When it was said that the server goes, by {@link System#nanoTime}; 0: it was not. */
    private final AtomicLong announced = new AtomicLong();

    private volatile boolean closed;

    private ApiServer(ApiServerConfig config, KeyValueStore store) {
        this.config = config;
        this.store = store;
        this.virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        this.pipeline = new Pipeline(config, store, InstantSource.system());
        pipeline.serveAlso(SnapshotEndpoint.PATH, new SnapshotEndpoint(store));
    }

    /**
     * Loads what the first server of a process needs and later ones find: native libraries, and how kinds are encoded. Nobody
     * has to call it; who does something else before the start may let another thread do so meanwhile.
     */
    public static void prepare() {
        VertxListener.loadLibraries();
        WireTypes.builtin();
    }

    /**
     * Starts a server and returns when it answers.
     *
     * @throws ApiServerStartException with one clear line when it can't start; nothing is left half-started
     */
    public static ApiServer start(ApiServerConfig config) {
        ApiServer server = new ApiServer(config, open(config));
        try {
            if (config.listen().isPresent()) {
                server.listen(config.listen().get());
            }
            server.bootstrap();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static KeyValueStore open(ApiServerConfig config) {
        return config.etcd()
                .map(ApiServer::openEtcd)
                .or(() -> config.dataDir().map(directory -> openEmbedded(config, directory)))
                .orElseGet(() -> openInMemory(config));
    }

    private static KeyValueStore openEmbedded(ApiServerConfig config, Path directory) {
        try {
            return EmbeddedStore.open(
                    new EmbeddedOptions(directory, config.compactionInterval(), InstantSource.system()));
        } catch (DataDirectoryException e) {
            throw new ApiServerStartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static KeyValueStore openInMemory(ApiServerConfig config) {
        InstantSource clock = InstantSource.system();
        return FrozenStart.of(frozenKey(config))
                .map(frozen -> frozen.thaw(config.compactionInterval(), clock))
                .orElseGet(() -> new MemoryStore(config.compactionInterval(), clock));
    }

    private static FrozenStart.Key frozenKey(ApiServerConfig config) {
        return new FrozenStart.Key(
                config.serviceClusterIpRange(),
                config.pki().authority().certificatePem(),
                config.pki().frontProxyAuthority().certificatePem());
    }

    private static KeyValueStore openEtcd(EtcdOptions options) {
        try {
            return EtcdStore.open(options);
        } catch (StorageUnavailableException e) {
            String where = options.endpoints().stream().map(URI::getAuthority).collect(Collectors.joining(","));
            throw new ApiServerStartException("can't use etcd at " + where + ": " + e.getMessage(), e);
        } catch (NoClassDefFoundError e) {
            throw new ApiServerStartException("a store in etcd needs io.etcd:jetcd-core on the class path", e);
        }
    }

    /** On a virtual thread, as everything that may have to load a cache. */
    private void bootstrap() {
        Future<?> done =
                virtualThreads.submit(() -> pipeline.bootstrap(parameters(), virtualThreads, this::writeFirstObjects));
        try {
            done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiServerStartException("interrupted while starting", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Of the servers in memory only the first of its kind does: the others have begun with what it wrote. */
    private void writeFirstObjects(Bootstrap bootstrap, boolean begun) {
        if (store instanceof MemoryStore memory && memory.isThawed()) {
            bootstrap.adopt();
            return;
        }
        if (!begun) {
            bootstrap.ensure();
        }
        if (store instanceof MemoryStore memory) {
            FrozenStart.keep(frozenKey(config), memory);
        }
    }

    private BootstrapParameters parameters() {
        return new BootstrapParameters(
                Pipeline.serviceRange(config),
                config.advertiseAddress()
                        .or(() -> IpAddress.parse(HostNames.advertised()))
                        .orElseThrow(),
                listener.map(VertxListener::port).orElse(443),
                config.pki().authority().certificatePem(),
                config.pki().frontProxyAuthority().certificatePem(),
                Instant.now());
    }

    private void listen(InetSocketAddress address) {
        String firstServiceIp =
                Pipeline.serviceRange(config).address(BigInteger.ONE).toString();
        List<String> more = Stream.concat(
                        Stream.of(firstServiceIp), config.advertiseAddress().map(IpAddress::toString).stream())
                .toList();
        Credential serving = config.pki().serving(HostNames.ofServer(more));
        VertxListener.Listen listen = new VertxListener.Listen(
                address.getHostString(),
                address.getPort(),
                serving,
                config.pki().authority().certificate());
        try {
            VertxListener started = VertxListener.start(listen, pipeline::serve, virtualThreads);
            listener = Optional.of(started);
            pipeline.listeningAt(address.getHostString(), started.port());
        } catch (IOException e) {
            throw new ApiServerStartException(
                    "can't listen on " + address.getHostString() + ":" + address.getPort() + ": " + e.getMessage(), e);
        }
    }

    /**
     * {@code https://ADDRESS:PORT} where it listens, {@code 127.0.0.1} if it does on all addresses; {@code
     * https://kybern.local} when it does not listen.
     */
    public URI uri() {
        return listener.map(l -> URI.create("https://" + callable() + ":" + l.port()))
                .orElseGet(() -> URI.create("https://kybern.local"));
    }

    private String callable() {
        return config.listen()
                .map(InetSocketAddress::getAddress)
                .filter(address -> !address.isAnyLocalAddress())
                .map(InetAddress::getHostAddress)
                .map(host -> host.indexOf(':') < 0 ? host : "[" + host + "]")
                .orElse("127.0.0.1");
    }

    /**
     * Answers a request on the calling thread, which must be a virtual one if it may block.
     *
     * @throws IllegalStateException if the server is closed
     */
    public ApiResponse serve(ApiRequest request) {
        if (closed) {
            throw new IllegalStateException("the API server is closed");
        }
        return pipeline.serve(request);
    }

    /** The checks of {@code /livez} or another probe that fail now, each with its reason: none, and the probe says 200. */
    public Map<String, String> problems(HealthCheck.Probe probe) {
        return pipeline.problems(probe);
    }

    /** Answers one more path that is no resource, for who hosts the server; RBAC decides who may ask. */
    public void serveAlso(String path, PathEndpoint endpoint) {
        pipeline.serveAlso(path, endpoint);
    }

    /**
     * From now on warns of mistakes in the expressions of ValidatingAdmissionPolicies, in their status: of the original's
     * processes kube-controller-manager does that, so a host asks for it while it runs controllers, too.
     *
     * @param on false: no longer
     */
    public void checkPolicies(boolean on) {
        pipeline.checkPolicies(on);
    }

    /** Where requests that may block run. */
    public Executor executor() {
        return virtualThreads;
    }

    /**
     * Says that the server is going to be closed: {@code /readyz} fails, and its address is none of the Service {@code
     * kubernetes} any more. Requests are served as before. {@link #close} does the same if this was not called.
     */
    public void announceClosing() {
        if (announced.compareAndSet(0, System.nanoTime())) {
            pipeline.leaving();
        }
    }

    /**
     * Closes in good order: announces it, serves on for {@link ApiServerConfig#shutdownDelay} from then, then asks clients to
     * connect elsewhere, refuses requests over the socket that come, and lets watches and those that have begun come to their
     * end, for some seconds.
     */
    @Override
    public void close() {
        announceClosing();
        listener.ifPresent(open -> awaitDelay());
        pipeline.closing(WATCHES_END_WITHIN);
        listener.ifPresent(this::drain);
        closed = true;
        listener.ifPresent(VertxListener::close);
        pipeline.close();
        virtualThreads.shutdownNow();
        store.close();
    }

    private void awaitDelay() {
        Duration left = config.shutdownDelay().minusNanos(System.nanoTime() - announced.get());
        try {
            Thread.sleep(left.isNegative() ? Duration.ZERO : left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(VertxListener open) {
        open.goAway();
        long end = System.nanoTime() + DRAIN.toNanos();
        if (!open.drain(DRAIN)) {
            LOG.log(Level.WARNING, "requests are cut off: they took longer than " + DRAIN);
        }
        if (!pipeline.awaitWatches(Duration.ofNanos(end - System.nanoTime()))) {
            LOG.log(Level.INFO, "watches are cut off: their clients did not take what there was to tell");
        }
        open.awaitGone(config.shutdownDelay()); // else who sends its next request now would find its connection cut
    }
}
