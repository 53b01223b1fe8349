package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.load.Client;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.HttpConnection.BodySink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Renews a Lease of its own as a kubelet does: puts it with the version that the last answer told. */
final class LeaseHolder implements Client {
    private static final Pattern VERSION = Pattern.compile("\"resourceVersion\":\"([0-9]+)\"");

    private final String name;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    LeaseHolder(int number) {
        this.name = "node-" + number;
    }

    @Override
    public byte[] next() {
        if (answer.size() == 0) {
            return HttpConnection.request("GET", BenchData.LEASES + "/" + name, "");
        }
        Matcher version = VERSION.matcher(answer.toString(StandardCharsets.UTF_8));
        if (!version.find()) {
            throw new LoadException("a Lease has no resourceVersion");
        }
        answer.reset();
        String body = "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":{\"name\":\"" + name
                + "\",\"namespace\":\"bench\",\"resourceVersion\":\"" + version.group(1)
                + "\"},\"spec\":{\"holderIdentity\":\"" + name + "\",\"leaseDurationSeconds\":40,\"renewTime\":\""
                + Instant.now().truncatedTo(ChronoUnit.MICROS).plusNanos(1000) + "\"}}";
        return HttpConnection.request("PUT", BenchData.LEASES + "/" + name, body);
    }

    @Override
    public BodySink answer() {
        return answer::write;
    }
}
