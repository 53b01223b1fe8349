package io.kybern.distribution.quarkus;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.flag.GoDuration;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.server.ServerFlags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The command line as properties, which win over the environment and over files: what was not given stays theirs. */
final class ServerProperties {
    private static final String API_SERVER = "kybern.api-server.";
    private static final List<String> DURATIONS = List.of("etcd-compaction-interval", "shutdown-delay-duration");

    private ServerProperties() {}

    static Map<String, String> of(ClusterDirectory directory, ParsedFlags flags) {
        Map<String, String> properties = new LinkedHashMap<>();
        Stream.of(ServerFlags.OF_KUBE_APISERVER, ServerFlags.OF_ETCD)
                .flatMap(List::stream)
                .forEach(flag -> {
                    String given = flags.given().get(flag.name());
                    if (given != null && !given.isEmpty()) {
                        properties.put(API_SERVER + flag.name(), given);
                    }
                });
        DURATIONS.forEach(flag -> properties.computeIfPresent(
                API_SERVER + flag,
                (name, given) -> GoDuration.of("--" + flag, given).toString()));
        properties.put(API_SERVER + "bind-address", ServerFlags.bindAddress(flags));
        properties.put(API_SERVER + "secure-port", flags.text(ServerFlags.PORT.name()));
        properties.put(API_SERVER + "data-dir", directory.store().toString());
        ServerFlags.etcd(flags).ifPresent(servers -> properties.put(API_SERVER + "etcd-servers", servers));
        properties.put("kybern.logs", directory.logs().toString());
        return properties;
    }
}
