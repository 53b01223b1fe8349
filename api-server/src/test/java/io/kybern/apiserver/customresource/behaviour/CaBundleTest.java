package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.condition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What vouches for a conversion webhook decides whether its kind is established. */
class CaBundleTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static final String CERTIFICATE = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t";

    private static ObjectNode converted(String group, String bundle) {
        ObjectNode definition = definition(group, "Cluster", ANYTHING);
        ObjectNode client = definition
                .withObject("/spec/conversion")
                .put("strategy", "Webhook")
                .withObject("/webhook");
        client.putArray("conversionReviewVersions").add("v1");
        client.putObject("clientConfig").put("url", "https://localhost:1/convert");
        if (!bundle.isEmpty()) {
            client.withObject("/clientConfig").put("caBundle", bundle);
        }
        return definition;
    }

    @Test
    void aBundleWithoutCertificatesKeepsTheKindFromBeingEstablished() {
        String group = cluster.newGroup();
        cluster.create(DEFINITIONS, converted(group, CERTIFICATE)).ok();
        JsonNode definition = cluster.await(
                DEFINITIONS + "/" + name(group),
                d -> condition(d, "NamesAccepted").equals("True"));
        assertThat(condition(definition, "Established")).isEqualTo("False");
        assertThat(definition.at("/status/conditions").findValuesAsText("reason"))
                .contains("InvalidCABundle");
        assertThat(cluster.get(path(group, "v1", "")).code()).isNotEqualTo(200);
        cluster.redefine(
                        name(group),
                        d -> d.withObject("/spec/conversion/webhook/clientConfig")
                                .put("caBundle", good()))
                .ok();
        cluster.established(name(group));
        assertThat(cluster.redefine(
                                name(group),
                                d -> d.withObject("/spec/conversion/webhook/clientConfig")
                                        .put("caBundle", CERTIFICATE))
                        .refused(422))
                .contains("spec.conversion.webhookClientConfig.caBundle: Invalid value");
    }

    @Test
    void aBundleOfCertificatesIsFine() {
        cluster.define(converted(cluster.newGroup(), good()));
    }

    private static String good() {
        String pem = io.kybern.apiserver.pki.Pki.inMemory(java.time.InstantSource.system())
                .authority()
                .certificatePem();
        return java.util.Base64.getEncoder().encodeToString(pem.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void noneIsFineToo() {
        cluster.define(converted(cluster.newGroup(), ""));
    }
}
