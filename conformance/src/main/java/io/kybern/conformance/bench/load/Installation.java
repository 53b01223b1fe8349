package io.kybern.conformance.bench.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Custom kinds that some clients define as fast as they can, while another looks at aggregated discovery five times a second. A turn is
 * one installation, however long it takes: it ends when the last kind is discovered, published by its group's OpenAPI v3 document, and
 * said to be {@code Established}. The latencies tell how long each kind took from its request until discovery had it.
 */
public final class Installation implements Load {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final byte[] DISCOVERY = HttpConnection.request(
            "GET",
            "/apis",
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
            "application/json",
            "");
    private static final Pattern RESOURCE = Pattern.compile("\"resource\":\"([a-z0-9]+)\"");
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final JsonMapper JSON = new JsonMapper();

    private final ServerProcess server;
    private final int clients;
    private final List<Kind> kinds;

    /**
     * A kind to define.
     *
     * @param create the JSON of its definition, which is named {@code plural.group}; no other kind has its plural name
     */
    public record Kind(String group, String version, String plural, String kind, String create) {
        String path() {
            return DEFINITIONS + "/" + plural + "." + group;
        }
    }

    public Installation(ServerProcess server, int clients, List<Kind> kinds) {
        this.server = server;
        this.clients = clients;
        this.kinds = List.copyOf(kinds);
    }

    @Override
    public Outcome run(Duration duration) {
        long begin = System.nanoTime();
        Map<String, Long> begun = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<Kind> left = new ConcurrentLinkedQueue<>(kinds);
        List<Callable<Latencies>> work = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            work.add(() -> define(left, begun));
        }
        work.add(() -> discover(begun));
        Latencies all = Latencies.of(Together.run(work));
        awaitPublished();
        return new Outcome(kinds.size(), Duration.ofNanos(System.nanoTime() - begin), all);
    }

    private Latencies define(ConcurrentLinkedQueue<Kind> left, Map<String, Long> begun) throws IOException {
        try (HttpConnection connection = server.connect()) {
            for (Kind kind = left.poll(); kind != null; kind = left.poll()) {
                begun.put(kind.plural(), System.nanoTime());
                text(connection, HttpConnection.request("POST", DEFINITIONS, kind.create()), 201);
            }
        }
        return new Latencies();
    }

    private Latencies discover(Map<String, Long> begun) throws IOException {
        Map<String, Kind> missing = new HashMap<>();
        kinds.forEach(kind -> missing.put(kind.plural(), kind));
        Latencies latencies = new Latencies();
        try (HttpConnection connection = server.connect()) {
            while (!missing.isEmpty()) {
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                Matcher found = RESOURCE.matcher(text(connection, DISCOVERY, 200));
                long now = System.nanoTime();
                while (found.find()) {
                    if (missing.remove(found.group(1)) != null) {
                        latencies.add(now - begun.getOrDefault(found.group(1), now));
                    }
                }
            }
        }
        return latencies;
    }

    /** Returns when the documents have all kinds and they are established. The clients share the looking. */
    private void awaitPublished() {
        ConcurrentLinkedQueue<Map.Entry<String, List<Kind>>> documents = new ConcurrentLinkedQueue<>(kinds.stream()
                .collect(Collectors.groupingBy(kind -> "/openapi/v3/apis/" + kind.group() + "/" + kind.version()))
                .entrySet());
        ConcurrentLinkedQueue<Kind> unseen = new ConcurrentLinkedQueue<>(kinds);
        Together.run(Collections.nCopies(clients, () -> awaitPublished(documents, unseen)));
    }

    private boolean awaitPublished(Queue<Map.Entry<String, List<Kind>>> documents, Queue<Kind> unseen)
            throws IOException {
        try (HttpConnection connection = server.connect()) {
            for (Map.Entry<String, List<Kind>> next = documents.poll(); next != null; next = documents.poll()) {
                byte[] request = HttpConnection.request("GET", next.getKey(), "");
                for (String text = text(connection, request); !describes(text, next.getValue()); ) {
                    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                    text = text(connection, request);
                }
            }
            for (Kind kind = unseen.poll(); kind != null; kind = unseen.poll()) {
                while (!isEstablished(text(connection, HttpConnection.request("GET", kind.path(), ""), 200))) {
                    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                }
            }
        }
        return true;
    }

    private static boolean describes(String document, List<Kind> kinds) {
        return kinds.stream().allMatch(kind -> document.contains("\"kind\":\"" + kind.kind() + "\""));
    }

    /** Reads the status alone: the schemas, nearly all of it, are none of its business. */
    private static boolean isEstablished(String definition) throws IOException {
        try (JsonParser parser = JSON.createParser(definition)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean status = parser.currentName().equals("status");
                parser.nextToken();
                if (status) {
                    return hasEstablished(JSON.readTree(parser));
                }
                parser.skipChildren();
            }
        }
        return false;
    }

    private static boolean hasEstablished(JsonNode status) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals("Established")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static String text(HttpConnection connection, byte[] request, int expected) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status = connection.exchange(request, answer::write);
        if (status != expected) {
            throw new LoadException(
                    "answered " + status + " instead of " + expected + ": " + answer.toString(StandardCharsets.UTF_8));
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** Whatever the status: a document isn't there at first. */
    private static String text(HttpConnection connection, byte[] request) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        connection.exchange(request, answer::write);
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** Each client has a connection while it works. */
    @Override
    public void close() {}

    /** Deletes all, and returns when they are gone. */
    public void undo() {
        ConcurrentLinkedQueue<Kind> left = new ConcurrentLinkedQueue<>(kinds);
        Together.run(Collections.nCopies(clients, () -> delete(left)));
    }

    private boolean delete(ConcurrentLinkedQueue<Kind> left) throws IOException {
        try (HttpConnection connection = server.connect()) {
            for (Kind kind = left.poll(); kind != null; kind = left.poll()) {
                text(connection, HttpConnection.request("DELETE", kind.path(), ""));
                while (connection.exchange(HttpConnection.request("GET", kind.path(), "")) != 404) {
                    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos() / 10);
                }
            }
        }
        return true;
    }
}
