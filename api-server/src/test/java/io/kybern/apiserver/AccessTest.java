package io.kybern.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Service account tokens, reviews, roles and the subresources of pods, against a server in this process. */
class AccessTest {
    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String WHO_AM_I = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    @TempDir
    private Path directory;

    private ApiServer server;

    private record Answer(int status, JsonNode body) {
        String text(String pointer) {
            return body.at(pointer).asText();
        }
    }

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
        assertThat(post("admin", ACCOUNTS, "{\"metadata\":{\"name\":\"robot\"}}")
                        .status())
                .isEqualTo(201);
        assertThat(post("admin", ACCOUNTS, "{\"metadata\":{\"name\":\"default\"}}")
                        .status())
                .isEqualTo(201);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aTokenIsGoodAsLongAsItsAccountExists() {
        String token = token("robot", "{}");
        Answer me = post(token, WHO_AM_I, "{}");
        assertThat(me.text("/status/userInfo/username")).isEqualTo("system:serviceaccount:default:robot");
        assertThat(me.body().at("/status/userInfo/groups").toString())
                .isEqualTo("[\"system:serviceaccounts\",\"system:serviceaccounts:default\",\"system:authenticated\"]");
        send("admin", "DELETE", ACCOUNTS + "/robot", "", "");
        assertThat(post(token, WHO_AM_I, "{}").status()).isEqualTo(401);
    }

    @Test
    void aTokenEndsWithThePodThatItIsBoundTo() {
        post("admin", PODS, pod("p"));
        String token = token("default", "{\"boundObjectRef\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"name\":\"p\"}}");
        assertThat(post(token, WHO_AM_I, "{}")
                        .body()
                        .at("/status/userInfo/extra")
                        .path("authentication.kubernetes.io/pod-name")
                        .path(0)
                        .asText())
                .isEqualTo("p");
        send("admin", "DELETE", PODS + "/p", "", "");
        assertThat(post(token, WHO_AM_I, "{}").status()).isEqualTo(401);
    }

    @Test
    void aForgedTokenIsRefused() {
        String token = token("robot", "{}");
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace("default:robot", "kube-system:robot");
        String forged = parts[0] + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "."
                + parts[2];
        assertThat(post(forged, WHO_AM_I, "{}").status()).isEqualTo(401);
    }

    @Test
    void aTokenForOthersIsReviewedForThemAlone() {
        String token = token("robot", "{\"audiences\":[\"vault\"]}");
        assertThat(post(token, WHO_AM_I, "{}").status()).isEqualTo(401);
        Answer review = post(
                "admin",
                "/apis/authentication.k8s.io/v1/tokenreviews",
                "{\"spec\":{\"token\":\"" + token + "\",\"audiences\":[\"vault\"]}}");
        assertThat(review.body().at("/status/authenticated").asBoolean()).isTrue();
    }

    @Test
    void aBindingTakesEffectAtOnce() {
        String token = token("robot", "{}");
        assertThat(send(token, "GET", PODS, "", "").status()).isEqualTo(403);
        post(
                "admin",
                "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles",
                "{\"metadata\":{\"name\":\"reader\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"verbs\":[\"list\"]}]}");
        post(
                "admin",
                "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
                "{\"metadata\":{\"name\":\"reader\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Role\",\"name\":\"reader\"},"
                        + "\"subjects\":[{\"kind\":\"ServiceAccount\",\"name\":\"robot\",\"namespace\":\"default\"}]}");
        assertThat(send(token, "GET", PODS, "", "").status()).isEqualTo(200);
        Answer review = post(
                token,
                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                "{\"spec\":{\"resourceAttributes\":{\"namespace\":\"default\",\"verb\":\"list\",\"resource\":\"pods\"}}}");
        assertThat(review.body().at("/status/allowed").asBoolean()).isTrue();
    }

    @Test
    void aReviewHasNoTable() {
        Headers headers =
                headers("admin", "application/json").add("Accept", "application/json;as=Table;g=meta.k8s.io;v=v1");
        ApiRequest request = ApiRequest.of(
                        "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", headers, Peer.local())
                .withBody("{\"spec\":{\"nonResourceAttributes\":{\"path\":\"/\",\"verb\":\"get\"}}}"
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(serve(request).status()).isEqualTo(406);
    }

    @Test
    void aPodIsBoundOnce() {
        post("admin", PODS, pod("p"));
        String binding = "{\"metadata\":{\"name\":\"p\"},\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}";
        assertThat(post("admin", PODS + "/p/binding", binding).status()).isEqualTo(201);
        Answer bound = send("admin", "GET", PODS + "/p", "", "");
        assertThat(bound.text("/spec/nodeName")).isEqualTo("n1");
        assertThat(bound.text("/status/conditions/0/type")).isEqualTo("PodScheduled");
        Answer again = post("admin", PODS + "/p/binding", binding);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.text("/message")).endsWith("pod p is already assigned to node \"n1\"");
    }

    private static String pod(String name) {
        return "{\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
    }

    private String token(String account, String spec) {
        Answer answer = post("admin", ACCOUNTS + "/" + account + "/token", "{\"spec\":" + spec + "}");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        return answer.text("/status/token");
    }

    @Test
    void aSecondDeletionMayBeFasterWhateverThePodsOwnGracePeriodIs() {
        String pod = "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"nodeName\":\"n1\",\"terminationGracePeriodSeconds\":0,"
                + "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
        assertThat(post("admin", PODS, pod).status()).isEqualTo(201);
        assertThat(delete("{\"gracePeriodSeconds\":60}").text("/metadata/deletionGracePeriodSeconds"))
                .isEqualTo("60");
        assertThat(delete("{}").text("/metadata/deletionGracePeriodSeconds"))
                .as("nothing is said, nothing changes")
                .isEqualTo("60");
        assertThat(delete("{\"gracePeriodSeconds\":20}").text("/metadata/deletionGracePeriodSeconds"))
                .isEqualTo("20");
        assertThat(delete("{\"gracePeriodSeconds\":30}").text("/metadata/deletionGracePeriodSeconds"))
                .as("never slower")
                .isEqualTo("20");
        delete("{\"gracePeriodSeconds\":0}");
        assertThat(delete("{}").status()).isEqualTo(404);
    }

    private Answer delete(String options) {
        return send("admin", "DELETE", PODS + "/p", "application/json", options);
    }

    private Answer post(String token, String path, String body) {
        return send(token, "POST", path, "application/json", body);
    }

    private Answer send(String token, String method, String path, String contentType, String body) {
        return serve(ApiRequest.of(method, path, headers(token, contentType), Peer.local())
                .withBody(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Headers headers(String token, String contentType) {
        Headers headers = new Headers().add("Authorization", "Bearer " + token).add("User-Agent", "test/1");
        return contentType.isEmpty() ? headers : headers.add("Content-Type", contentType);
    }

    private Answer serve(ApiRequest request) {
        return CompletableFuture.supplyAsync(() -> server.serve(request), server.executor())
                .thenApply(AccessTest::answer)
                .join();
    }

    private static Answer answer(ApiResponse response) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        switch (response) {
            case ApiResponse.Full full -> full.body().forEach(body::writeBytes);
            case ApiResponse.Chunks chunks ->
                chunks.pieces()
                        .forEachRemaining(p -> body.write(p.array(), p.arrayOffset() + p.position(), p.remaining()));
            default -> throw new IllegalStateException("no body: " + response);
        }
        try {
            return new Answer(response.status(), JsonTree.parse(body.toByteArray()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
