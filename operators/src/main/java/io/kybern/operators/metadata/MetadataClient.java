package io.kybern.operators.metadata;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Requests about any resource, answered with {@code PartialObjectMetadata}. Blocking, for virtual threads. A refusal is
 * a {@link KubernetesClientException} with the server's Status.
 */
public final class MetadataClient {
    private static final String FORM = ";g=meta.k8s.io;v=v1;as=PartialObjectMetadata";
    private static final int PAGE = 500;
    private static final long TIMEOUT_SECONDS = 60;
    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper MAPPER = new ObjectMapper(JSON);

    private final KubernetesClient client;
    private final String server;

    public MetadataClient(KubernetesClient client) {
        this.client = client;
        this.server = client.getMasterUrl().toString().replaceFirst("/+$", "");
    }

    /** What a list holds, and the version from which to watch on. */
    public record Listed(List<ObjectMetadata> items, String resourceVersion) {}

    /** A line of a watch. */
    public sealed interface Event {
        record Changed(ObjectMetadata object) implements Event {}

        record Deleted(ObjectMetadata object) implements Event {}

        record Bookmark(String resourceVersion) implements Event {}

        record Failed(int code, String message) implements Event {}
    }

    /** All objects of a namespace; of the cluster for the empty one. */
    public Listed list(ResourceType type, String namespace) throws InterruptedException {
        List<ObjectMetadata> items = new ArrayList<>();
        String next = "";
        String version;
        do {
            String query = "?limit=" + PAGE + (next.isEmpty() ? "" : "&continue=" + encode(next));
            byte[] body =
                    send(request(type.path(namespace) + query, "application/json" + FORM + "List,application/json"));
            try (JsonParser parser = JSON.createParser(body)) {
                String[] version2continue = readList(parser, items);
                version = version2continue[0];
                next = version2continue[1];
            } catch (IOException e) {
                throw new KubernetesClientException("unreadable list of " + type.resource(), e);
            }
        } while (!next.isEmpty());
        return new Listed(items, version);
    }

    private static String[] readList(JsonParser parser, List<ObjectMetadata> items) throws IOException {
        String version = "";
        String next = "";
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("items") && parser.currentToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(ObjectMetadata.read(parser));
                }
            } else if (field.equals("metadata")) {
                JsonNode metadata = MAPPER.readTree(parser);
                version = metadata.path("resourceVersion").asText("");
                next = metadata.path("continue").asText("");
            } else {
                parser.skipChildren();
            }
        }
        return new String[] {version, next};
    }

    public Optional<ObjectMetadata> get(ResourceType type, String namespace, String name) throws InterruptedException {
        try {
            byte[] body = send(request(type.path(namespace, name), "application/json" + FORM + ",application/json"));
            try (JsonParser parser = JSON.createParser(body)) {
                parser.nextToken();
                return Optional.of(ObjectMetadata.read(parser));
            }
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        } catch (IOException e) {
            throw new KubernetesClientException("unreadable " + type.resource() + ' ' + name, e);
        }
    }

    /** @param options a {@code DeleteOptions} as JSON */
    public void delete(String path, String options) throws InterruptedException {
        send(client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(server + path)
                .header("Accept", "application/json")
                .delete("application/json", options)
                .build());
    }

    /** A JSON merge patch. */
    public void patch(String path, String patch) throws InterruptedException {
        send(client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(server + path)
                .header("Accept", "application/json" + FORM + ",application/json")
                .patch("application/merge-patch+json", patch)
                .build());
    }

    JsonNode getTree(String path, String accept) throws InterruptedException {
        try {
            return MAPPER.readTree(send(request(path, accept)));
        } catch (IOException e) {
            throw new KubernetesClientException("unreadable answer of " + path, e);
        }
    }

    private HttpRequest request(String path, String accept) {
        return client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(server + path)
                .header("Accept", accept)
                .build();
    }

    private byte[] send(HttpRequest request) throws InterruptedException {
        HttpResponse<byte[]> response = await(client.getHttpClient().sendAsync(request, byte[].class), TIMEOUT_SECONDS);
        if (!response.isSuccessful()) {
            throw failure(response.code(), response.body());
        }
        return response.body();
    }

    private static KubernetesClientException failure(int code, byte[] body) {
        Status status;
        try {
            status = MAPPER.readValue(body, Status.class);
        } catch (IOException e) {
            status = new StatusBuilder()
                    .withCode(code)
                    .withMessage(new String(body, StandardCharsets.UTF_8))
                    .build();
        }
        status.setCode(code);
        return new KubernetesClientException(status);
    }

    /**
     * Watches until the server or {@link AutoCloseable#close} ends it.
     *
     * @param sink called in order, on the client's threads; must be quick
     * @return completes when the watch is over
     */
    public Watching watch(ResourceType type, String resourceVersion, Consumer<Event> sink) throws InterruptedException {
        var request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(server + type.path("") + "?watch=true&allowWatchBookmarks=true&resourceVersion="
                        + encode(resourceVersion))
                .header("Accept", "application/json" + FORM + ",application/json")
                .forStreaming()
                .build();
        var lines = new Lines(sink);
        HttpResponse<AsyncBody> response =
                await(client.getHttpClient().consumeBytes(request, lines::accept), TIMEOUT_SECONDS);
        AsyncBody body = response.body();
        if (!response.isSuccessful()) {
            body.cancel();
            throw new KubernetesClientException(
                    "watch of " + type.resource() + " refused: " + response.code(),
                    response.code(),
                    new StatusBuilder().withCode(response.code()).build());
        }
        body.consume();
        return new Watching(body);
    }

    /** A watch that is open. */
    public record Watching(AsyncBody body) implements AutoCloseable {
        /** Completes when the watch has ended. */
        public CompletableFuture<Void> done() {
            return body.done();
        }

        @Override
        public void close() {
            body.cancel();
        }
    }

    /** Cuts the stream into lines. One thread at a time. */
    private static final class Lines {
        private final Consumer<Event> sink;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(Consumer<Event> sink) {
            this.sink = sink;
        }

        void accept(List<ByteBuffer> buffers, AsyncBody body) throws IOException {
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining()) {
                    byte next = buffer.get();
                    if (next == '\n') {
                        sink.accept(parse(line.toByteArray()));
                        line.reset();
                    } else {
                        line.write(next);
                    }
                }
            }
            body.consume();
        }

        private static Event parse(byte[] bytes) throws IOException {
            try (JsonParser parser = JSON.createParser(bytes)) {
                String type = "";
                parser.nextToken();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String field = parser.currentName();
                    parser.nextToken();
                    if (field.equals("type")) {
                        type = parser.getText();
                    } else if (field.equals("object")) {
                        if (type.equals("ERROR")) {
                            JsonNode status = MAPPER.readTree(parser);
                            return new Event.Failed(
                                    status.path("code").asInt(),
                                    status.path("message").asText(""));
                        }
                        return event(type, ObjectMetadata.read(parser));
                    } else {
                        parser.skipChildren();
                    }
                }
                throw new IOException("watch event without an object");
            }
        }

        private static Event event(String type, ObjectMetadata object) {
            return switch (type) {
                case "DELETED" -> new Event.Deleted(object);
                case "BOOKMARK" -> new Event.Bookmark(object.resourceVersion());
                default -> new Event.Changed(object);
            };
        }
    }

    private static <T> T await(CompletableFuture<T> future, long seconds) throws InterruptedException {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new KubernetesClientException("no answer from the server", e);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new KubernetesClientException("no answer from the server in " + seconds + " s", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
