package io.kybern.distribution.server;

import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.storage.ValueForm;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.kybern.crd.net.IpAddress;
import io.kybern.distribution.ComponentName;
import io.kybern.distribution.NodeRuntime;
import io.kybern.distribution.NodeRuntimeChoice;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.flag.Choice;
import io.kybern.distribution.flag.Flag;
import io.kybern.distribution.flag.FlagException;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.GoDuration;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.operators.leaderelection.LeaderElectionConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The flags of a server process: its own, and those of kube-apiserver that mean something here, under their names. */
public final class ServerFlags {
    public static final Flag PORT = Flag.value("port", "PORT", "6443", "port of the API; 0: any that is free");

    /** Named as the kubelet names it. */
    public static final Flag RUNTIME_ENDPOINT = Flag.value(
            "container-runtime-endpoint",
            "SOCKET",
            "unix:///run/containerd/containerd.sock",
            "where containerd listens");

    public static final List<Flag> OWN = List.of(
            PORT,
            Flag.value("nodes", "N", "1", "number of nodes; more than one needs the simulated runtime"),
            Flag.value("runtime", "RUNTIME", "auto", "auto, containerd or simulated"),
            RUNTIME_ENDPOINT,
            Flag.value("store", "STORE", "embedded", "embedded, or etcd://HOST:PORT,..."),
            Flag.value(
                    "components",
                    "LIST",
                    "api,controllers,scheduler,node",
                    "what runs in this process, separated by commas"));

    public static final List<Flag> OF_KUBE_APISERVER = List.of(
            Flag.value(
                    "bind-address", "ADDRESS", "", "address to listen on (default 127.0.0.1; with containerd 0.0.0.0)"),
            Flag.value("advertise-address", "ADDRESS", "", "where pods and others find it (default the machine's own)"),
            Flag.value(
                    "shutdown-delay-duration",
                    "DURATION",
                    "0s",
                    "how long it serves on, and says it is not ready, before it stops"),
            Flag.value(
                    "service-cluster-ip-range",
                    "CIDR",
                    ApiServerConfig.SERVICE_CLUSTER_IP_RANGE,
                    "addresses of services"),
            Flag.value(
                    "service-node-port-range",
                    "FROM-TO",
                    ApiServerConfig.SERVICE_NODE_PORT_RANGE,
                    "node ports of services"),
            Flag.value(
                    "service-account-issuer",
                    "URL",
                    ApiServerConfig.SERVICE_ACCOUNT_ISSUER,
                    "issuer of service account tokens"),
            Flag.value("anonymous-auth", "BOOL", "true", "whether requests without credentials are let in"),
            Flag.value("token-auth-file", "FILE", "", "static tokens: token,user,uid,\"group,...\" a line"),
            Flag.value("etcd-compaction-interval", "DURATION", "5m0s", "how long history is kept"),
            Flag.value("etcd-cafile", "FILE", "", "PEM of who has signed etcd's certificate"),
            Flag.value("etcd-certfile", "FILE", "", "PEM of the certificate shown to etcd"),
            Flag.value("etcd-keyfile", "FILE", "", "PEM of its key"),
            Flag.value(
                    "storage-media-type",
                    "TYPE",
                    ValueForm.JSON.mediaType(),
                    "how objects are written into etcd; the other one is " + ValueForm.PROTOBUF.mediaType()));

    /** What etcd may want beside certificates, which is all that kube-apiserver can show. */
    public static final List<Flag> OF_ETCD = List.of(
            Flag.value("etcd-username", "NAME", "", "who this is to etcd"),
            Flag.value("etcd-password-file", "FILE", "", "the password, in a line"));

    /** Of kube-controller-manager and kube-scheduler. */
    public static final List<Flag> OF_LEADER_ELECTION = List.of(
            Flag.value(
                    "leader-elect",
                    "BOOL",
                    "",
                    "whether controllers and scheduler act only while they hold their lease (default: with a store in etcd)"),
            Flag.value("leader-elect-lease-duration", "DURATION", "15s", "how long others wait for a silent leader"),
            Flag.value("leader-elect-renew-deadline", "DURATION", "10s", "how long a leader goes on that can't renew"),
            Flag.value("leader-elect-retry-period", "DURATION", "2s", "between attempts to get or renew the lease"));

    private static final List<String> FILES =
            List.of("token-auth-file", "etcd-cafile", "etcd-certfile", "etcd-keyfile", "etcd-password-file");

    /** The directory comes from the command that launches the process: names are resolved there. */
    public static final Flag DIRECTORY = Flag.value("data-dir", "DIR", "", "the cluster's directory");

    /** Also the name of its cluster and user. */
    public static final Flag CONTEXT =
            Flag.value("context", "NAME", "kybern", "name in the administrator's kubeconfig");

    private ServerFlags() {}

    /** All that a server process understands. */
    public static FlagSet ofProcess() {
        List<Flag> flags = new ArrayList<>(OWN);
        flags.addAll(OF_KUBE_APISERVER);
        flags.addAll(OF_ETCD);
        flags.addAll(OF_LEADER_ELECTION);
        flags.add(DIRECTORY);
        flags.add(CONTEXT);
        return new FlagSet(flags);
    }

    public static ClusterDirectory directory(ParsedFlags flags) {
        return new ClusterDirectory(Path.of(flags.text(DIRECTORY.name())));
    }

    static NodeRuntimeChoice runtime(ParsedFlags flags) {
        return NodeRuntimeChoice.here(runtimeSocket(flags));
    }

    public static Path runtimeSocket(ParsedFlags flags) {
        return Path.of(flags.text(RUNTIME_ENDPOINT.name()).replaceFirst("^unix://", ""));
    }

    /** The runtime of the nodes; empty where no node runs. */
    public static Optional<NodeRuntime> chosenRuntime(ParsedFlags flags) {
        int nodes = nodes(flags);
        return components(flags).contains(ComponentName.NODE) && nodes > 0
                ? Optional.of(runtime(flags).choose(flags.choice("runtime", NodeRuntime.class), nodes))
                : Optional.empty();
    }

    /** What the user should know about the nodes when the choice is ours. */
    public static Optional<String> runtimeNote(ParsedFlags flags) {
        return chosenRuntime(flags)
                .filter(unused -> flags.choice("runtime", NodeRuntime.class) == NodeRuntime.AUTO)
                .map(unused -> runtime(flags).reason(nodes(flags)));
    }

    /** Pods reach the API at the machine's own address only, which is why real ones open it. */
    public static String bindAddress(ParsedFlags flags) {
        return flags.optional("bind-address")
                .orElseGet(() -> chosenRuntime(flags)
                        .filter(runtime -> runtime == NodeRuntime.CONTAINERD)
                        .map(unused -> "0.0.0.0")
                        .orElse("127.0.0.1"));
    }

    public static int nodes(ParsedFlags flags) {
        return flags.number("nodes", 0, 10_000);
    }

    /** @throws FlagException for an unknown component, or none */
    public static Set<ComponentName> components(ParsedFlags flags) {
        Set<ComponentName> components = EnumSet.noneOf(ComponentName.class);
        for (String word : flags.text("components").split(",", -1)) {
            components.add(Choice.of("--components", word.strip(), ComponentName.class));
        }
        return components;
    }

    /**
     * What can be said of the flags before anything is started.
     *
     * @throws FlagException with what to do instead
     */
    public static void check(ParsedFlags flags) {
        flags.number("port", 0, 65535);
        chosenRuntime(flags);
        checkStore(flags);
        leaderElection(flags);
        Set<ComponentName> components = components(flags);
        if (!components.contains(ComponentName.API)) {
            throw new FlagException("--components without api isn't there yet; add api");
        }
        duration(flags, "etcd-compaction-interval");
        duration(flags, "shutdown-delay-duration");
        flags.optional("advertise-address")
                .filter(text -> IpAddress.parse(text).isEmpty())
                .ifPresent(text -> {
                    throw new FlagException("--advertise-address is an IP address, not \"" + text + "\"");
                });
        Choice.of("--anonymous-auth", flags.text("anonymous-auth"), Answer.class);
        FILES.forEach(name -> flags.optional(name)
                .map(Path::of)
                .filter(file -> !file.toFile().canRead())
                .ifPresent(file -> {
                    throw new FlagException("--" + name + ": cannot read " + file);
                }));
    }

    /**
     * The election of who controls and schedules; empty where this process is alone.
     *
     * @throws FlagException if its durations let two lead at once
     */
    public static Optional<LeaderElectionConfig> leaderElection(ParsedFlags flags) {
        boolean wanted = flags.optional("leader-elect")
                .map(text -> Choice.of("--leader-elect", text, Answer.class) == Answer.TRUE)
                .orElseGet(() -> etcd(flags).isPresent());
        try {
            LeaderElectionConfig config = new LeaderElectionConfig(
                    duration(flags, "leader-elect-lease-duration"),
                    duration(flags, "leader-elect-renew-deadline"),
                    duration(flags, "leader-elect-retry-period"));
            return wanted ? Optional.of(config) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new FlagException("--leader-elect-*: " + e.getMessage());
        }
    }

    private static Duration duration(ParsedFlags flags, String name) {
        return GoDuration.of("--" + name, flags.text(name));
    }

    /** Where etcd is, if that is the store. */
    public static Optional<String> etcd(ParsedFlags flags) {
        return Optional.of(flags.text("store")).filter(store -> store.startsWith("etcd://"));
    }

    private static void checkStore(ParsedFlags flags) {
        String store = flags.text("store");
        if (etcd(flags).isEmpty() && !store.equals("embedded")) {
            throw new FlagException("--store is embedded or etcd://HOST:PORT,..., not \"" + store + "\"");
        }
        etcd(flags).ifPresent(servers -> {
            try {
                EtcdOptions.endpoints(servers);
            } catch (IllegalArgumentException e) {
                throw new FlagException("--store: " + e.getMessage());
            }
        });
        try {
            ValueForm.ofShared(flags.text("storage-media-type"));
        } catch (IllegalArgumentException e) {
            throw new FlagException("--storage-media-type: " + e.getMessage());
        }
        if (flags.optional("etcd-certfile").isPresent()
                != flags.optional("etcd-keyfile").isPresent()) {
            throw new FlagException("--etcd-certfile and --etcd-keyfile need each other");
        }
        if (flags.optional("etcd-username").isPresent()
                != flags.optional("etcd-password-file").isPresent()) {
            throw new FlagException("--etcd-username and --etcd-password-file need each other");
        }
    }

    /** How Go writes booleans. */
    private enum Answer {
        TRUE,
        FALSE
    }
}
