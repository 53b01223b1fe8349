package io.kybern.apiserver.introspection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.version.ServerVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** {@code /statusz}: version and age of the process. Source: KEP-4827. */
public final class StatuszEndpoint implements PathEndpoint {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss 'UTC' yyyy", Locale.ROOT);
    private static final List<String> PATHS =
            List.of("/flagz", "/healthz", "/livez", "/metrics", "/readyz", "/statusz", "/version");

    private final InstantSource clock;
    private final Instant started;

    public StatuszEndpoint(InstantSource clock) {
        this.clock = clock;
        this.started = clock.instant();
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        return DebugPage.answer(request, "Statusz", this::text, this::object);
    }

    private String text() {
        Duration up = Duration.between(started, clock.instant());
        return """

                Started: %s
                Up: %d hr %02d min %02d sec
                Go version: %s
                Binary version: %s
                Emulation version: %s
                Paths: %s
                """.formatted(
                        DATE.format(started.atOffset(ZoneOffset.UTC)),
                        up.toHours(),
                        up.toMinutesPart(),
                        up.toSecondsPart(),
                        ServerVersion.runtime(),
                        ServerVersion.GIT_VERSION.substring(1),
                        emulation(),
                        String.join(" ", PATHS));
    }

    private ObjectNode object() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("kind", "Statusz").put("apiVersion", "config.k8s.io/v1beta1");
        out.putObject("metadata").put("name", "apiserver");
        out.put("startTime", started.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("uptimeSeconds", Duration.between(started, clock.instant()).toSeconds())
                .put("goVersion", ServerVersion.runtime())
                .put("binaryVersion", ServerVersion.GIT_VERSION.substring(1))
                .put("emulationVersion", emulation());
        ArrayNode paths = out.putArray("paths");
        PATHS.forEach(paths::add);
        return out;
    }

    private static String emulation() {
        return ServerVersion.MAJOR + "." + ServerVersion.MINOR;
    }
}
