package io.kybern.apiserver.customresource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kybern.apiserver.inprocess.TestServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user of custom resources sees, over the client. Each test has a group of its own. */
class CustomResourceTest {
    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: gadgets.GROUP}
            spec:
              group: GROUP
              scope: Namespaced
              names: {plural: gadgets, kind: Gadget, shortNames: [gx], categories: [all]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
                selectableFields: [{jsonPath: .spec.color}]
                schema: &schema
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        required: [color]
                        properties: {size: {type: integer, default: 3}, color: {type: string, enum: [red, blue]}}
                      status: {type: object, x-kubernetes-preserve-unknown-fields: true}
              - name: v1beta1
                served: true
                storage: false
                selectableFields: [{jsonPath: .spec.color}]
                schema: *schema
            """;

    private static TestServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        server = new TestServer();
        client = server.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static void define(String group) {
        client.resource(parse(group, DEFINITION)).create();
        await(group, "Established", "True");
    }

    private static CustomResourceDefinition parse(String group, String yaml) {
        return Serialization.unmarshal(yaml.replace("GROUP", group), CustomResourceDefinition.class);
    }

    private static void await(String group, String condition, String status) {
        definition(group)
                .waitUntilCondition(
                        d -> d != null
                                && d.getStatus() != null
                                && d.getStatus().getConditions() != null // as the original: null at first
                                && d.getStatus().getConditions().stream()
                                        .anyMatch(c -> c.getType().equals(condition)
                                                && c.getStatus().equals(status)),
                        10,
                        TimeUnit.SECONDS);
    }

    private static Resource<CustomResourceDefinition> definition(String group) {
        return client.apiextensions().v1().customResourceDefinitions().withName("gadgets." + group);
    }

    private static NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            gadgets(String group, String version) {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup(group)
                        .withVersion(version)
                        .withKind("Gadget")
                        .withPlural("gadgets")
                        .withNamespaced(true)
                        .build())
                .inNamespace("default");
    }

    private static GenericKubernetesResource gadget(String group, String version, String name, Map<String, ?> spec) {
        return Serialization.unmarshal(
                Serialization.asJson(Map.of(
                        "apiVersion",
                        group + "/" + version,
                        "kind",
                        "Gadget",
                        "metadata",
                        Map.of("name", name),
                        "spec",
                        spec)),
                GenericKubernetesResource.class);
    }

    @Test
    void isServedWhenItSaysSo() {
        for (int i = 0; i < 20; i++) {
            String group = "g" + i + ".serve.example.com";
            define(group);
            assertThat(gadgets(group, "v1").list().getItems()).isEmpty();
        }
    }

    @Test
    void prunesDefaultsAndValidates() {
        String group = "schema.example.com";
        define(group);
        GenericKubernetesResource created = gadgets(group, "v1")
                .resource(gadget(group, "v1", "one", Map.of("color", "red", "unknown", 1)))
                .create();
        assertThat(created.<Map<String, Object>>get("spec")).isEqualTo(Map.of("color", "red", "size", 3));
        assertThatThrownBy(() -> gadgets(group, "v1")
                        .resource(gadget(group, "v1", "two", Map.of("color", "green")))
                        .create())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(422))
                .hasMessageContaining("spec.color: Unsupported value: \"green\"");
    }

    @Test
    void isTheSameInEachVersion() {
        String group = "versions.example.com";
        define(group);
        gadgets(group, "v1beta1")
                .resource(gadget(group, "v1beta1", "one", Map.of("color", "red")))
                .create();
        assertThat(gadgets(group, "v1").withName("one").get().getApiVersion()).isEqualTo(group + "/v1");
        assertThat(gadgets(group, "v1beta1").list().getItems())
                .extracting(GenericKubernetesResource::getApiVersion)
                .containsExactly(group + "/v1beta1");
    }

    @Test
    void readsWhatIsStoredByTheSchemaOfToday() {
        String group = "change.example.com";
        define(group);
        gadgets(group, "v1")
                .resource(gadget(group, "v1", "one", Map.of("color", "red")))
                .create();
        CustomResourceDefinition changed = parse(
                group,
                DEFINITION.replace("properties: {size:", "properties: {weight: {type: integer, default: 7}, size:"));
        definition(group).edit(d -> {
            d.setSpec(changed.getSpec());
            return d;
        });
        Map<String, Object> spec = specWith("weight", gadgets(group, "v1").withName("one"));
        assertThat(spec).containsEntry("weight", 7).containsEntry("color", "red");
    }

    /** Asks until the field is there: no event tells that an object reads differently under another schema. */
    private static Map<String, Object> specWith(String field, Resource<GenericKubernetesResource> gadget) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            Map<String, Object> spec = gadget.get().get("spec");
            if (spec.containsKey(field) || System.nanoTime() > end) {
                return spec;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void hasStatusScaleAndSelectableFields() {
        String group = "sub.example.com";
        define(group);
        gadgets(group, "v1")
                .resource(gadget(group, "v1", "red", Map.of("color", "red")))
                .create();
        gadgets(group, "v1")
                .resource(gadget(group, "v1", "blue", Map.of("color", "blue")))
                .create();
        gadgets(group, "v1")
                .withName("red")
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"size\":2},\"spec\":{\"size\":9}}");
        GenericKubernetesResource red = gadgets(group, "v1").withName("red").get();
        assertThat(red.<Integer>get("status", "size")).isEqualTo(2);
        assertThat(red.<Integer>get("spec", "size")).isEqualTo(3);
        String scale = client.raw("/apis/" + group + "/v1/namespaces/default/gadgets/red/scale");
        assertThat(scale).contains("\"spec\":{\"replicas\":3}").contains("\"status\":{\"replicas\":2}");
        String selected =
                client.raw("/apis/" + group + "/v1/namespaces/default/gadgets?fieldSelector=spec.color%3Dblue");
        assertThat(selected).contains("\"name\":\"blue\"").doesNotContain("\"name\":\"red\"");
    }

    @Test
    void goesWhenItsObjectsAreGone() {
        String group = "gone.example.com";
        define(group);
        GenericKubernetesResource held = gadget(group, "v1", "held", Map.of("color", "red"));
        held.getMetadata().setFinalizers(List.of("example.com/hold"));
        gadgets(group, "v1").resource(held).create();
        gadgets(group, "v1")
                .resource(gadget(group, "v1", "free", Map.of("color", "red")))
                .create();

        definition(group).delete();
        await(group, "Terminating", "True");
        assertThatThrownBy(() -> gadgets(group, "v1")
                        .resource(gadget(group, "v1", "late", Map.of("color", "red")))
                        .create())
                .hasMessageContaining("create not allowed while custom resource definition is terminating");
        gadgets(group, "v1").withName("free").waitUntilCondition(g -> g == null, 10, TimeUnit.SECONDS);
        gadgets(group, "v1")
                .withName("held")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");

        definition(group).waitUntilCondition(d -> d == null, 10, TimeUnit.SECONDS);
        assertThat(isDiscovered(group)).isFalse();
    }

    /** Asks until it is not: as in the original, discovery learns of it by a watch. */
    private static boolean isDiscovered(String group) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (client.getApiGroup(group) != null && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return client.getApiGroup(group) != null;
    }

    @Test
    void groupsHaveApiServicesWhileTheyAreServed() {
        String group = "registered.example.com";
        client.resource(Serialization.unmarshal("""
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v1beta1.registered.example.com}
                spec: {group: registered.example.com, version: v1beta1, groupPriorityMinimum: 7, versionPriority: 7}
                """, APIService.class)).create();
        define(group);
        APIService registered = apiService("v1." + group).waitUntilCondition(s -> s != null, 10, TimeUnit.SECONDS);
        assertThat(registered.getMetadata().getLabels())
                .containsEntry("kube-aggregator.kubernetes.io/automanaged", "true");
        assertThat(registered.getSpec().getGroupPriorityMinimum()).isEqualTo(1000);
        assertThat(registered.getSpec().getVersionPriority()).isEqualTo(100);
        assertThat(registered.getSpec().getService()).isNull();

        apiService("v1." + group).delete();
        apiService("v1." + group)
                .waitUntilCondition(
                        s -> s != null
                                && !s.getMetadata()
                                        .getUid()
                                        .equals(registered.getMetadata().getUid()),
                        10,
                        TimeUnit.SECONDS);
        definition(group).delete();
        apiService("v1." + group).waitUntilCondition(s -> s == null, 10, TimeUnit.SECONDS);
        assertThat(apiService("v1beta1." + group).get().getSpec().getVersionPriority())
                .as("one made by hand is left alone")
                .isEqualTo(7);
    }

    @Test
    void aVersionHasItsApiServiceAsLongAsOneDefinitionServesIt() {
        String group = "shared.example.com";
        define(group);
        APIService first = apiService("v1." + group).waitUntilCondition(s -> s != null, 10, TimeUnit.SECONDS);
        apiService("v1beta1." + group).waitUntilCondition(s -> s != null, 10, TimeUnit.SECONDS);
        CustomResourceDefinition other =
                parse(group, DEFINITION.replace("gadgets", "gizmos").replace("Gadget", "Gizmo"));
        other.getSpec().getNames().setShortNames(List.of());
        other.getSpec().getVersions().removeLast();
        Resource<CustomResourceDefinition> gizmos = client.resource(other);
        gizmos.create();

        definition(group).delete();
        apiService("v1beta1." + group).waitUntilCondition(s -> s == null, 10, TimeUnit.SECONDS);
        assertThat(apiService("v1." + group).get().getMetadata().getUid())
                .isEqualTo(first.getMetadata().getUid());

        gizmos.delete();
        apiService("v1." + group).waitUntilCondition(s -> s == null, 10, TimeUnit.SECONDS);
    }

    private static Resource<APIService> apiService(String name) {
        return client.apiServices().withName(name);
    }
}
