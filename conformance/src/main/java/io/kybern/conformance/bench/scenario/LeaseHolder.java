package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.load.Client;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.HttpConnection.BodySink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Renews a Lease of its own as a kubelet does: puts it with the version that the last answer told. */
final class LeaseHolder implements Client {
    private static final Pattern VERSION = Pattern.compile("\"resourceVersion\":\"([0-9]+)\"");

    /** Six digits, always. */
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final String name;
    private final String path;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    LeaseHolder(BenchData data, int number) {
        this.name = "node-" + number;
        this.path = data.leases() + "/" + name;
    }

    @Override
    public byte[] next() {
        if (answer.size() == 0) {
            return HttpConnection.request("GET", path, "");
        }
        Matcher version = VERSION.matcher(answer.toString(StandardCharsets.UTF_8));
        if (!version.find()) {
            throw new LoadException("a Lease has no resourceVersion");
        }
        answer.reset();
        String body = "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":{\"name\":\"" + name
                + "\",\"resourceVersion\":\"" + version.group(1)
                + "\"},\"spec\":{\"holderIdentity\":\"" + name + "\",\"leaseDurationSeconds\":40,\"renewTime\":\""
                + MICROSECONDS.format(Instant.now()) + "\"}}";
        return HttpConnection.request("PUT", path, body);
    }

    @Override
    public BodySink answer() {
        return answer::write;
    }
}
