package io.kybern.apiserver;

import io.kybern.apiserver.admission.AdmissionChain;
import io.kybern.apiserver.aggregation.AggregationProxy;
import io.kybern.apiserver.aggregation.DiscoveryCheck;
import io.kybern.apiserver.aggregation.RemoteClient;
import io.kybern.apiserver.aggregation.RemoteService;
import io.kybern.apiserver.aggregation.RemoteServices;
import io.kybern.apiserver.authentication.AuthenticationFilter;
import io.kybern.apiserver.authentication.AuthenticatorChain;
import io.kybern.apiserver.authentication.ImpersonationFilter;
import io.kybern.apiserver.authorization.AuthorizationFilter;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.bootstrap.Bootstrap;
import io.kybern.apiserver.bootstrap.BootstrapParameters;
import io.kybern.apiserver.bootstrap.IdentityLease;
import io.kybern.apiserver.bootstrap.KubernetesEndpoints;
import io.kybern.apiserver.chain.ClosingFilter;
import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.chain.Filter;
import io.kybern.apiserver.chain.HeadersFilter;
import io.kybern.apiserver.chain.StatusFilter;
import io.kybern.apiserver.controller.ApiServiceStatus;
import io.kybern.apiserver.controller.CustomApiServices;
import io.kybern.apiserver.controller.FlowSchemaStatus;
import io.kybern.apiserver.controller.PolicyTypeChecks;
import io.kybern.apiserver.controller.ServerController;
import io.kybern.apiserver.customresource.DefinitionController;
import io.kybern.apiserver.discovery.DiscoveryDocuments;
import io.kybern.apiserver.endpoint.OpenWatches;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.endpoint.ResourceRouter;
import io.kybern.apiserver.flowcontrol.FlowControlFilter;
import io.kybern.apiserver.health.HealthCheck;
import io.kybern.apiserver.health.HealthEndpoint;
import io.kybern.apiserver.health.ServerChecks;
import io.kybern.apiserver.health.ServerState;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.RequestInfo;
import io.kybern.apiserver.kubelet.NodeClient;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.loopback.StoredIpAddresses;
import io.kybern.apiserver.loopback.StoredPorts;
import io.kybern.apiserver.metrics.JvmMetrics;
import io.kybern.apiserver.metrics.MeasuredStore;
import io.kybern.apiserver.metrics.ObjectMetrics;
import io.kybern.apiserver.metrics.ProcessMetrics;
import io.kybern.apiserver.metrics.RequestMetrics;
import io.kybern.apiserver.metrics.WatchMetrics;
import io.kybern.apiserver.openapi.OpenApiDocuments;
import io.kybern.apiserver.pki.HostNames;
import io.kybern.apiserver.registry.BuiltinResources;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.service.PortRange;
import io.kybern.apiserver.service.ServiceAddresses;
import io.kybern.apiserver.service.ServiceAllocator;
import io.kybern.apiserver.service.TakenPorts;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.webhook.HttpsHooks;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.net.Cidr;
import io.kybern.crd.resource.GroupResource;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The way of a request, assembled: filters in the order in which they run, then the endpoint of its path and verb. */
final class Pipeline implements AutoCloseable {
    /** What a store that does not answer may delay the end. */
    private static final Duration LEAVE = Duration.ofSeconds(2);

    private final KeyValueStore store;
    private final ResourceRegistry registry;
    private final ScheduledThreadPoolExecutor timers;
    private final NonResourcePaths paths;
    private final HealthEndpoint health;
    private final Loopback loopback;
    private final ServiceAllocator services;
    private final DefinitionController definitions;
    private final List<ServerController> controllers;
    private final ServerController policyChecks;
    private final NodeClient nodes;
    private final HttpsHooks webhooks;
    private final RemoteServices remotes;
    private final RemoteClient remoteClient;
    private final AggregationProxy aggregation;
    private final IdentityLease identity;
    private final ResourceRouter router;
    private final Filter.Next chain;
    private final WatchMetrics watches = new WatchMetrics();
    private final OpenWatches openWatches;
    private final ServerState state = new ServerState();
    private volatile Optional<KubernetesEndpoints> endpoints = Optional.empty();
    private volatile String address = "kybern.local:443";

    Pipeline(ApiServerConfig config, KeyValueStore store, InstantSource clock) {
        BuiltinResources builtin = new BuiltinResources();
        MeasuredStore measured = new MeasuredStore(store);
        this.store = measured;
        this.registry = new ResourceRegistry(measured, clock, builtin.definitions());
        this.timers = new ScheduledThreadPoolExecutor(1, r -> {
            Thread thread = new Thread(r, "api-server-timers");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        this.openWatches = new OpenWatches(timers);
        this.loopback = new Loopback(registry, Filter.chain(this::dispatch, new StatusFilter())::proceed);
        PortRange nodePorts = ports(config.serviceNodePortRange());
        this.services = new ServiceAllocator(
                serviceRange(config),
                nodePorts,
                store.shared() ? new StoredPorts(measured, nodePorts) : TakenPorts.inMemory(),
                new StoredIpAddresses(loopback),
                new SecureRandom());
        Access access = new Access(config, builtin, registry, clock);
        this.nodes = new NodeClient(config.pki());
        ServiceAddresses addresses = new ServiceAddresses(loopback, new SecureRandom());
        this.webhooks = new HttpsHooks(addresses);
        this.definitions = new DefinitionController(registry, loopback, new CelRules(), webhooks, clock);
        this.remotes = new RemoteServices(registry, loopback);
        this.remoteClient = new RemoteClient(config.pki(), addresses);
        this.aggregation = new AggregationProxy(remoteClient);
        this.controllers = List.of(
                new ServerController(
                        "flow-schema-status",
                        registry,
                        FlowSchemaStatus.WATCHED,
                        new FlowSchemaStatus(loopback, clock)),
                new ServerController(
                        "custom-api-services", registry, CustomApiServices.WATCHED, new CustomApiServices(loopback)),
                new ServerController(
                        "api-service-status",
                        registry,
                        ApiServiceStatus.WATCHED,
                        new ApiServiceStatus(loopback, new DiscoveryCheck(remoteClient), clock)));
        this.policyChecks = new ServerController(
                "policy-type-checks", registry, PolicyTypeChecks.WATCHED, new PolicyTypeChecks(loopback, registry));
        this.identity = new IdentityLease(loopback, HostNames.machine(), () -> address, clock);
        AdmissionChain admission = Admission.chain(registry, loopback, access, definitions, webhooks, clock);
        this.router = new Endpoints(registry, builtin, access, admission, services, clock)
                .router(openWatches, watches, nodes, () -> problem(store));
        RequestMetrics requests = new RequestMetrics(this::serves);
        this.health = new HealthEndpoint(ServerChecks.of(state, () -> problem(store), store::refusesWrites));
        this.paths = new NonResourcePaths(
                config,
                new DiscoveryDocuments(builtin.aggregatedDiscovery(), builtin.legacyDiscovery(), registry, remotes),
                new OpenApiDocuments(builtin::schemas, registry),
                loopback,
                health,
                List.of(
                        requests,
                        watches,
                        measured,
                        new ObjectMetrics(registry),
                        new ProcessMetrics(),
                        new JvmMetrics()),
                () -> address,
                clock);
        Authorizer authorizer = access.authorizer();
        this.chain = Filter.chain(
                this::dispatch,
                requests,
                new HeadersFilter(),
                new StatusFilter(),
                new ClosingFilter(state),
                new AuthenticationFilter(new AuthenticatorChain(access.authenticators(), config.anonymousAuth())),
                new ImpersonationFilter(authorizer),
                new FlowControlFilter(registry, loopback),
                new AuthorizationFilter(authorizer));
    }

    private static Optional<String> problem(KeyValueStore store) {
        try {
            store.currentRevision();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    static Cidr serviceRange(ApiServerConfig config) {
        return Cidr.parse(config.serviceClusterIpRange())
                .orElseThrow(() -> new ApiServerStartException("--service-cluster-ip-range: "
                        + config.serviceClusterIpRange() + " is no CIDR such as 10.96.0.0/16"));
    }

    private static PortRange ports(String range) {
        String[] ends = range.split("-");
        try {
            return new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new ApiServerStartException(
                    "--service-node-port-range: " + range + " is no range such as 30000-32767", e);
        }
    }

    /** How a server comes to its first objects. */
    interface FirstObjects {
        /** @param begun whether all of them were stored just now, in a new cluster */
        void write(Bootstrap bootstrap, boolean begun);
    }

    /** Makes sure that everything is there which a server has from its first moment; blocks. */
    void bootstrap(BootstrapParameters parameters, Executor executor, FirstObjects first) {
        Bootstrap bootstrap = new Bootstrap(registry, loopback, executor, parameters);
        boolean begun = bootstrap.beginIfNew(store);
        services.restore(loopback.list(new GroupResource("", "services"), ""));
        definitions.start();
        first.write(bootstrap, begun);
        state.ready(); // where the server is to be found is told of one that is ready, as in the original
        KubernetesEndpoints own = new KubernetesEndpoints(store, loopback, parameters);
        own.join();
        endpoints = Optional.of(own);
        identity.renew();
        every(KubernetesEndpoints.RENEW_SECONDS, executor, own::reconcile);
        every(IdentityLease.RENEW_SECONDS, executor, identity::renew);
        every(IdentityLease.COLLECT_SECONDS, executor, identity::removeExpired);
        controllers.forEach(ServerController::start);
    }

    private void every(int seconds, Executor executor, Runnable action) {
        timers.scheduleWithFixedDelay(() -> executor.execute(action), seconds, seconds, TimeUnit.SECONDS);
    }

    void checkPolicies(boolean on) {
        if (on) {
            policyChecks.start();
        } else {
            policyChecks.close();
        }
    }

    void listeningAt(String host, int port) {
        address = (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + port;
    }

    ApiResponse serve(ApiRequest request) {
        return chain.proceed(new Exchange(request));
    }

    private boolean serves(RequestInfo info) {
        return info.resourceRequest()
                ? registry.find(info.group(), info.version(), info.resource()).isPresent()
                : paths.knows(info.path());
    }

    private ApiResponse dispatch(Exchange exchange) {
        Optional<RemoteService> remote = remotes.find(exchange.request().path());
        if (remote.isPresent()) {
            return aggregation.serve(exchange, remote.get());
        }
        return exchange.info().resourceRequest() ? resource(exchange) : paths.serve(exchange.request());
    }

    private ApiResponse resource(Exchange exchange) {
        return router.knows(exchange.info()) ? router.serve(exchange) : PathEndpoint.notFound();
    }

    void serveAlso(String path, PathEndpoint endpoint) {
        paths.serveAlso(path, endpoint);
    }

    Map<String, String> problems(HealthCheck.Probe probe) {
        return health.problems(probe);
    }

    /** Tells those who look for a server that this one goes; it serves on. */
    void leaving() {
        state.leaving();
        endpoints.ifPresent(own -> {
            try {
                Thread.ofVirtual().name("leave").start(own::leave).join(LEAVE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Refuses what comes from now on, and ends watches one after the other within {@code span}. */
    void closing(Duration span) {
        state.closing();
        openWatches.endAll(span);
    }

    /** Whether all watches have ended within {@code patience}. */
    boolean awaitWatches(Duration patience) {
        return openWatches.awaitNone(patience);
    }

    @Override
    public void close() {
        controllers.forEach(ServerController::close);
        policyChecks.close();
        definitions.close();
        timers.shutdownNow();
        nodes.close();
        webhooks.close();
        remoteClient.close();
        registry.close();
    }
}
