package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions that their definition warns of. */
class DeprecationTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v1alpha1 | GROUP/v1alpha1 Gadget is deprecated; use GROUP/v1beta3 Gadget
            v1alpha2 | custom deprecation warning
            v1beta2 | ''
            v1beta3 | ''
            """)
    void whoAsksForADeprecatedVersionIsToldOfABetterOne(String version, String warning) {
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Cluster", ANYTHING);
        ((ObjectNode) definition.at("/spec/versions/0")).put("served", false);
        definition
                .withArray("/spec/versions")
                .add(version("v1alpha1", "true, storage: false, deprecated: true", ANYTHING))
                .add(version(
                        "v1alpha2",
                        "true, storage: false, deprecated: true, deprecationWarning: custom deprecation warning",
                        ANYTHING))
                .add(version("v1beta3", "true, storage: false", ANYTHING))
                .add(version("v1beta2", "true, storage: false", ANYTHING));
        cluster.define(definition);
        String said =
                cluster.get(path(group, version, "")).headers().first("Warning").orElse("");
        assertThat(said).isEqualTo(warning.isEmpty() ? "" : "299 - \"" + warning.replace("GROUP", group) + "\"");
    }
}
