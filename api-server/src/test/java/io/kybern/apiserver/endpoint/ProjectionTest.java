package io.kybern.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.impl.KubernetesClientImpl;
import io.kybern.apiserver.inprocess.TestServer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers in other forms than the objects', where something is wrong with the wish. */
class ProjectionTest {
    private static final String THINGS = "/apis/a.example.com/v1/namespaces/default/things";

    private static TestServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer();
        client = server.client();
        HttpResponse<String> made = send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "", """
                {"metadata":{"name":"things.a.example.com"},"spec":{"group":"a.example.com","scope":"Namespaced",
                "names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,
                "schema":{"openAPIV3Schema":{"type":"object"}}}]}}""");
        assertThat(made.code()).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static HttpResponse<String> send(String method, String path, String accept, String body) throws Exception {
        HttpClient http = client.adapt(KubernetesClientImpl.class).getHttpClient();
        var request = http.newHttpRequestBuilder()
                .uri(client.getConfiguration().getMasterUrl().replaceAll("/$", "") + path)
                .header("Accept", accept.isEmpty() ? "application/json" : accept)
                .method(method, "application/json", body)
                .build();
        return http.sendAsync(request, String.class).get(20, TimeUnit.SECONDS);
    }

    @Test
    void watchesAsTablesRefuseAnUnknownIncludeBeforeTheyBegin() throws Exception {
        HttpResponse<String> answer = send(
                "GET",
                "/api/v1/namespaces?watch=true&timeoutSeconds=1&includeObject=-1",
                "application/json;as=Table;v=v1;g=meta.k8s.io",
                "");
        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.body())
                .contains("Unable to convert to Table as requested: includeObject: Invalid value: \\\"-1\\\": must be");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json;as=Table;v=v1;g=meta.k8s.io | 200 | \"kind\":\"Table\"",
                "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io | 200 | \"kind\":\"PartialObjectMetadataList\"",
                "application/json | 200 | \"kind\":\"ThingList\"",
                "application/vnd.kubernetes.protobuf | 406 | only the following media types are accepted",
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io | 406"
                        + " | you requested PartialObjectMetadata, but the requested object is a list (*unstructured.UnstructuredList)"
            })
    void whatWasDeletedIsShownAsAskedFor(String accept, int code, String part) throws Exception {
        HttpResponse<String> made = send(
                "POST",
                THINGS,
                "",
                "{\"apiVersion\":\"a.example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"generateName\":\"t\"}}");
        assertThat(made.code()).isEqualTo(201);
        HttpResponse<String> answer = send("DELETE", THINGS, accept, "{}");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.body()).contains(part);
        HttpResponse<String> left = send("GET", THINGS, "", "");
        assertThat(left.body().contains("\"items\":[]")).isEqualTo(code == 200);
        send("DELETE", THINGS, "", "{}");
    }
}
