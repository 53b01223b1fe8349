package io.kybern.node.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kybern.node.pod.Pods;
import io.kybern.node.runtime.ContainerFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentResolverTest {
    private final FakeObjects objects = new FakeObjects();
    private final EnvironmentResolver resolver = new EnvironmentResolver(objects, List.of("192.0.2.1"), Map.of());

    private Map<String, String> resolve(String container) {
        return resolver.resolve(
                Pods.pod("Always", "main"), Serialization.unmarshal(container, Container.class), List.of("10.1.2.3"));
    }

    @Test
    void everySourceInItsOrder() {
        objects.configMaps.put("map", Map.of("a", "1", "shared", "from map"));
        objects.secrets.put("secret", Map.of("password", "s3cret"));
        Map<String, String> environment = resolve("""
                name: main
                envFrom: [{prefix: M_, configMapRef: {name: map}}, {configMapRef: {name: none, optional: true}}]
                env:
                - {name: LITERAL, value: "x"}
                - {name: JOINED, value: "$(LITERAL)-$(M_a)-$(REDIS_PRIMARY_SERVICE_PORT)"}
                - {name: M_shared, value: "from env"}
                - {name: PASSWORD, valueFrom: {secretKeyRef: {name: secret, key: password}}}
                - {name: KEY, valueFrom: {configMapKeyRef: {name: map, key: a}}}
                - {name: ABSENT, valueFrom: {configMapKeyRef: {name: map, key: z, optional: true}}}
                - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                - {name: HOST, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}
                """);
        assertThat(environment)
                .containsEntry("JOINED", "x-1-6379")
                .containsEntry("M_shared", "from env")
                .containsEntry("PASSWORD", "s3cret")
                .containsEntry("KEY", "1")
                .containsEntry("IP", "10.1.2.3")
                .containsEntry("HOST", "192.0.2.1")
                .containsEntry("KUBERNETES_SERVICE_HOST", "10.0.0.11")
                .containsEntry("REDIS_PRIMARY_PORT", "tcp://10.0.0.11:6379")
                .containsEntry("REDIS_PRIMARY_PORT_6379_TCP_ADDR", "10.0.0.11")
                .containsEntry("REDIS_PRIMARY_SERVICE_PORT_CLIENT", "6379")
                .doesNotContainKey("ABSENT");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> resolve("""
                name: main
                env: [{name: A, valueFrom: {configMapKeyRef: {name: none, key: a}}}]
                """))
                .isInstanceOfSatisfying(
                        ContainerFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo("CreateContainerConfigError"))
                .hasMessage("configmap \"none\" not found");
        objects.secrets.put("secret", Map.of());
        assertThatThrownBy(() -> resolve("""
                name: main
                env: [{name: A, valueFrom: {secretKeyRef: {name: secret, key: a}}}]
                """)).hasMessage("couldn't find key a in Secret ns/secret");
    }
}
