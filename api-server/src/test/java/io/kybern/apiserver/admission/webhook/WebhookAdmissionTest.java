package io.kybern.apiserver.admission.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server in this process with webhooks behind real TLS. */
class WebhookAdmissionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    private Path directory;

    private final Pki pki = Pki.inMemory(InstantSource.system());
    private final List<JsonNode> reviews = new CopyOnWriteArrayList<>();
    private ApiServer server;
    private HttpsServer hook;

    @BeforeEach
    void start() throws IOException {
        Path tokens = Files.writeString(directory.resolve("tokens"), "admin,admin,1,\"system:masters\"\n");
        server = ApiServer.start(new ApiServerConfig(
                Optional.empty(),
                Optional.empty(),
                Pki.inMemory(InstantSource.system()),
                Optional.of(tokens),
                "10.0.0.0/24",
                "30000-32767",
                "https://issuer.example",
                true,
                Duration.ofMinutes(5)));
        hook = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Credential own = pki.serving(List.of("localhost", "127.0.0.1"));
        hook.setHttpsConfigurator(new HttpsConfigurator(TestTls.serving(own.certificate(), own.key())));
        hook.start();
    }

    @AfterEach
    void stop() {
        hook.stop(0);
        server.close();
    }

    @Test
    void aMutatingWebhookChangesWhatIsStored() {
        answer(
                "/label",
                (review, response) -> patch(
                        response, "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"by\":\"hook\"}}]"));
        configure("Mutating", webhook("/label"));
        JsonNode created = send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}");
        assertThat(created.at("/metadata/labels/by").asText()).isEqualTo("hook");
        assertThat(send("GET", MAPS + "/a", "").at("/metadata/labels/by").asText())
                .isEqualTo("hook");
        JsonNode request = reviews.getFirst().path("request");
        assertThat(request.path("operation").asText()).isEqualTo("CREATE");
        assertThat(request.at("/object/data/k").asText()).isEqualTo("v");
        assertThat(request.at("/object/metadata").has("uid")).isFalse();
        assertThat(request.at("/userInfo/username").asText()).isEqualTo("admin");
        assertThat(request.at("/options/kind").asText()).isEqualTo("CreateOptions");
    }

    @Test
    void whoWantsToSeeLaterChangesIsAskedOnceMore() {
        answer("/count", (review, response) -> {
            int count = review.at("/request/object/data/count").asInt(0) + 1;
            patch(response, "[{\"op\":\"add\",\"path\":\"/data\",\"value\":{\"count\":\"" + count + "\"}}]");
        });
        answer(
                "/label",
                (review, response) -> patch(
                        response, "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"by\":\"hook\"}}]"));
        configure(
                "Mutating",
                webhook("/count").put("reinvocationPolicy", "IfNeeded"),
                webhook("/label").put("name", "second.example.com"));
        JsonNode created = send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}");
        assertThat(created.at("/data/count").asText()).isEqualTo("2");
        assertThat(reviews).hasSize(3);
    }

    @Test
    void aRefusalIsToldInTheWordsOfTheWebhook() {
        answer("/deny", (review, response) -> {
            response.put("allowed", false);
            response.putObject("status")
                    .put("code", 418)
                    .put("message", "no tea")
                    .put("reason", "Teapot");
            response.putArray("warnings").add("look out");
        });
        configure("Validating", webhook("/deny"));
        JsonNode refused = send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}");
        assertThat(refused.path("code").asInt()).isEqualTo(418);
        assertThat(refused.path("reason").asText()).isEqualTo("Teapot");
        assertThat(refused.path("message").asText())
                .isEqualTo("admission webhook \"hook.example.com\" denied the request: no tea");
        assertThat(send("GET", MAPS + "/a", "").path("code").asInt()).isEqualTo(404);
    }

    /** What is wrong with an answer, as the client is told. */
    private String failure(String kind, BiConsumer<JsonNode, ObjectNode> behaviour) {
        String path = "/wrong" + reviews.size();
        answer(path, behaviour);
        configure(kind, webhook(path));
        JsonNode refused = send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}");
        assertThat(refused.path("code").asInt()).as(refused.toString()).isEqualTo(500);
        return refused.path("message").asText().replaceFirst("^Internal error occurred: ", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"allowed":"yes"}            | AdmissionResponse.response.allowed of type bool | string
            {"uid":5}                    | AdmissionResponse.response.uid of type types.UID | number
            {"patch":5}                  | AdmissionResponse.response.patch of type []uint8 | number
            {"patchType":{}}             | AdmissionResponse.response.patchType of type v1.PatchType | object
            {"status":"x"}               | AdmissionResponse.response.status of type v1.Status | string
            {"status":{"code":"x"}}      | Status.response.status.code of type int32 | string
            {"status":{"message":true}}  | Status.response.status.message of type string | bool
            {"warnings":[5]}             | AdmissionResponse.response.warnings of type string | number
            {"auditAnnotations":"x"}     | AdmissionResponse.response.auditAnnotations of type map[string]string | string
            """)
    void anAnswerOfOtherTypesIsNone(String fields, String field, String found) throws IOException {
        JsonNode wrong = JSON.readTree(fields);
        assertThat(failure("Validating", (review, response) -> response.setAll((ObjectNode) wrong)))
                .isEqualTo(
                        "failed calling webhook \"hook.example.com\": failed to call webhook: json: cannot unmarshal "
                                + found + " into Go struct field " + field);
    }

    @ParameterizedTest
    @CsvSource({"%%%,0", "abc,0", "ab=c,2", "abcd=,4", "ab cd,2", "abcdab=,7", "abc=abcd,4", "ab==c,4"})
    void aPatchThatIsNoBase64IsTold(String patch, int at) {
        assertThat(failure(
                        "Mutating",
                        (review, response) ->
                                response.put("patchType", "JSONPatch").put("patch", patch)))
                .endsWith("failed to call webhook: illegal base64 data at input byte " + at);
    }

    @Test
    void aPatchOfSomethingElseIsNotPassedOver() {
        String undecodable =
                "failed calling webhook \"hook.example.com\": received undecodable patch in webhook response: ";
        assertThat(failure("Mutating", (review, response) -> patch(response, "{}")))
                .isEqualTo(undecodable + "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        assertThat(failure("Mutating", (review, response) -> patch(response, "[5]")))
                .isEqualTo(undecodable + "json: cannot unmarshal number into Go value of type jsonpatch.Operation");
        assertThat(failure("Mutating", (review, response) -> patch(response, "{")))
                .isEqualTo(undecodable + "unexpected end of JSON input");
    }

    @Test
    void aPatchMakesNoOtherKind() {
        assertThat(failure("Mutating", (review, response) -> patch(response, replace("kind", "X"))))
                .isEqualTo("no kind \"X\" is registered for version \"v1\" in scheme \"pkg/runtime/scheme.go:111\"");
        assertThat(failure("Mutating", (review, response) -> patch(response, replace("apiVersion", "v9"))))
                .startsWith("no kind \"ConfigMap\" is registered for version \"v9\"");
        assertThat(failure("Mutating", (review, response) -> patch(response, replace("kind", "Secret"))))
                .isEqualTo("converting (v1.Secret) to (core.ConfigMap): unknown conversion");
    }

    @Test
    void aKindThatAPatchTakesAwayIsAsItWas() {
        answer("/nameless", (review, response) -> patch(response, "[{\"op\":\"remove\",\"path\":\"/kind\"}]"));
        configure("Mutating", webhook("/nameless"));
        JsonNode created = send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}");
        assertThat(created.path("kind").asText()).isEqualTo("ConfigMap");
    }

    private static String replace(String field, String value) {
        return "[{\"op\":\"replace\",\"path\":\"/" + field + "\",\"value\":\"" + value + "\"}]";
    }

    @Test
    void anAnswerOfAnotherVersionOrKindIsNone() {
        answers("/version", "admission.k8s.io/v1beta1", "AdmissionReview");
        configure("Validating", webhook("/version"));
        JsonNode refused = send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}");
        assertThat(refused.path("message").asText())
                .endsWith("converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion");
        answers("/kind", "admission.k8s.io/v1", "Other");
        configure("Validating", webhook("/kind"));
        assertThat(send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}")
                        .path("message")
                        .asText())
                .endsWith("no kind \"Other\" is registered for version \"admission.k8s.io/v1\" in scheme"
                        + " \"pkg/runtime/scheme.go:111\"");
    }

    private void answers(String path, String apiVersion, String kind) {
        hook.createContext(
                path,
                exchange -> write(
                        exchange,
                        JSON.createObjectNode()
                                .put("apiVersion", apiVersion)
                                .put("kind", kind)
                                .toString()
                                .getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aWebhookThatNobodyVouchesForIsNotCalled() {
        answer("/allow", (review, response) -> {});
        ObjectNode unknown = webhook("/allow");
        ((ObjectNode) unknown.path("clientConfig")).remove("caBundle");
        configure("Validating", unknown);
        assertThat(send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}")
                        .path("message")
                        .asText())
                .endsWith("tls: failed to verify certificate: x509: certificate signed by unknown authority");
        assertThat(reviews).isEmpty();
        configure("Validating", unknown.put("failurePolicy", "Ignore"));
        assertThat(send("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}")
                        .path("kind")
                        .asText())
                .isEqualTo("ConfigMap");
    }

    @Test
    void aRehearsalIsNotShownToWebhooksWithSideEffects() {
        answer("/allow", (review, response) -> {});
        configure("Validating", webhook("/allow").put("sideEffects", "None"));
        assertThat(send("POST", MAPS + "?dryRun=All", "{\"metadata\":{\"name\":\"a\"}}")
                        .path("kind")
                        .asText())
                .isEqualTo("ConfigMap");
        assertThat(reviews.getFirst().at("/request/dryRun").asBoolean()).isTrue();
    }

    @Test
    void aRuleForAnotherVersionShowsTheObjectInThatOne() {
        answer("/allow", (review, response) -> {});
        ObjectNode old = webhook("/allow");
        ObjectNode rule = (ObjectNode) old.at("/rules/0");
        rule.putArray("apiGroups").add("autoscaling");
        rule.putArray("apiVersions").add("v1");
        rule.putArray("resources").add("horizontalpodautoscalers");
        configure("Validating", old);
        send(
                "POST",
                "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
                "{\"metadata\":{\"name\":\"h\"},\"spec\":{\"maxReplicas\":3,"
                        + "\"scaleTargetRef\":{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"d\"}}}");
        JsonNode request = reviews.getFirst().path("request");
        assertThat(request.at("/kind/version").asText()).isEqualTo("v1");
        assertThat(request.at("/requestKind/version").asText()).isEqualTo("v2");
        assertThat(request.at("/object/apiVersion").asText()).isEqualTo("autoscaling/v1");
    }

    // ---- webhooks

    private void answer(String path, BiConsumer<JsonNode, ObjectNode> behaviour) {
        hook.createContext(path, exchange -> {
            JsonNode review = JSON.readTree(exchange.getRequestBody());
            reviews.add(review);
            ObjectNode answer = JSON.createObjectNode();
            answer.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
            ObjectNode response = answer.putObject("response");
            response.set("uid", review.at("/request/uid"));
            response.put("allowed", true);
            behaviour.accept(review, response);
            write(exchange, answer.toString().getBytes(StandardCharsets.UTF_8));
        });
    }

    private static void write(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void patch(ObjectNode response, String operations) {
        response.put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(operations.getBytes(StandardCharsets.UTF_8)));
    }

    private ObjectNode webhook(String path) {
        String bundle = Base64.getEncoder()
                .encodeToString(pki.authority().certificatePem().getBytes(StandardCharsets.US_ASCII));
        ObjectNode webhook = JSON.createObjectNode();
        webhook.put("name", "hook.example.com").put("sideEffects", "None").put("timeoutSeconds", 10);
        webhook.putArray("admissionReviewVersions").add("v1");
        webhook.putObject("clientConfig")
                .put("url", "https://localhost:" + hook.getAddress().getPort() + path)
                .put("caBundle", bundle);
        ObjectNode rule = webhook.putArray("rules").addObject();
        rule.putArray("apiGroups").add("");
        rule.putArray("apiVersions").add("v1");
        rule.putArray("operations").add("*");
        rule.putArray("resources").add("configmaps");
        return webhook;
    }

    private void configure(String kind, ObjectNode... webhooks) {
        ObjectNode configuration = JSON.createObjectNode();
        configuration.putObject("metadata").put("name", "w");
        for (ObjectNode webhook : webhooks) {
            configuration.withArray("/webhooks").add(webhook.deepCopy());
        }
        String path = "/apis/admissionregistration.k8s.io/v1/" + kind.toLowerCase(java.util.Locale.ROOT)
                + "webhookconfigurations";
        send("DELETE", path + "/w", "");
        assertThat(send("POST", path, configuration.toString()).path("kind").asText())
                .isEqualTo(kind + "WebhookConfiguration");
    }

    // ---- requests

    private JsonNode send(String method, String path, String body) {
        Headers headers = new Headers().add("Authorization", "Bearer admin").add("Accept", "application/json");
        ApiRequest request =
                ApiRequest.of(method, path, headers, Peer.local()).withBody(body.getBytes(StandardCharsets.UTF_8));
        return CompletableFuture.supplyAsync(() -> read(server.serve(request)), server.executor())
                .join();
    }

    private static JsonNode read(ApiResponse response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ((ApiResponse.Full) response).body().forEach(out::writeBytes);
        try {
            return JSON.readTree(out.toByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
