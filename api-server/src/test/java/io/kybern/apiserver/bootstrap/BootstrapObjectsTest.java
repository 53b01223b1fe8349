package io.kybern.apiserver.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.net.Cidr;
import io.kybern.crd.net.IpAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BootstrapObjectsTest {
    private final BootstrapObjects made = new BootstrapObjects(new BootstrapParameters(
            Cidr.parse("10.96.0.0/16").orElseThrow(),
            IpAddress.parse("192.0.2.1").orElseThrow(),
            6443,
            "CA",
            "PROXY",
            Instant.parse("2026-01-01T00:00:00Z")));
    private final List<ObjectNode> objects = made.all();

    private ObjectNode find(String kind, String name) {
        return objects.stream()
                .filter(o -> o.path("kind").asText().equals(kind)
                        && o.path("metadata").path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void fillsInWhatTheServerIs() {
        assertThat(find("Service", "kubernetes").at("/spec/clusterIP").asText()).isEqualTo("10.96.0.1");
        assertThat(find("Service", "kubernetes").at("/spec/ports/0/targetPort").asInt())
                .isEqualTo(6443);
        assertThat(made.endpoints("Endpoints").at("/subsets/0/addresses/0/ip").asText())
                .isEqualTo("192.0.2.1");
        assertThat(find("ConfigMap", "extension-apiserver-authentication")
                        .at("/data/client-ca-file")
                        .asText())
                .isEqualTo("CA");
        assertThat(objects.toString()).doesNotContain("${");
    }

    @Test
    void givesARoleBackWhatItLostAndLeavesWhatWasAdded() {
        ObjectNode wanted = find("ClusterRole", "system:basic-user");
        ObjectNode stored = wanted.deepCopy();
        ArrayNode rules = stored.putArray("rules");
        rules.addObject().putArray("verbs").add("own");
        ObjectNode reconciled = BootstrapObjects.reconcile(stored, wanted).orElseThrow();
        assertThat(reconciled.path("rules"))
                .hasSize(1 + wanted.path("rules").size())
                .first()
                .isEqualTo(rules.get(0));
        assertThat(BootstrapObjects.reconcile(wanted.deepCopy(), wanted)).isEqualTo(Optional.empty());
        ((ObjectNode) stored.at("/metadata/annotations")).put("rbac.authorization.kubernetes.io/autoupdate", "false");
        assertThat(BootstrapObjects.reconcile(stored, wanted)).isEmpty();
    }
}
