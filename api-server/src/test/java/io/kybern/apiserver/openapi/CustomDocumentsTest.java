package io.kybern.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.conversion.VersionConversion;
import io.kybern.apiserver.openapi.Document.Form;
import io.kybern.apiserver.registry.BuiltinResources;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.embedded.EmbeddedOptions;
import io.kybern.apiserver.storage.embedded.EmbeddedStore;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.definition.CustomDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents of custom resources, as the original publishes the same definition. */
class CustomDocumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SIZE = "{\"type\":\"integer\",\"default\":3,\"nullable\":true}";

    private EmbeddedStore store;
    private ResourceRegistry registry;
    private OpenApiDocuments documents;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        store = EmbeddedStore.open(new EmbeddedOptions(directory, Duration.ofMinutes(5), InstantSource.system()));
        BuiltinResources builtin = new BuiltinResources();
        registry = new ResourceRegistry(store, InstantSource.system(), builtin.definitions());
        documents = new OpenApiDocuments(builtin::schemas, registry);
    }

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    @Test
    void v3HasOperationsAndSchemas() throws IOException {
        registry.putCustom(widgets(SIZE), VersionConversion.RENAMING);
        JsonNode document = v3("apis/example.com/v1");
        List<String> paths = new ArrayList<>();
        document.path("paths").fieldNames().forEachRemaining(paths::add);
        assertThat(paths)
                .containsExactlyInAnyOrder(
                        "/apis/example.com/v1/namespaces/{namespace}/widgets",
                        "/apis/example.com/v1/namespaces/{namespace}/widgets/{name}",
                        "/apis/example.com/v1/namespaces/{namespace}/widgets/{name}/scale",
                        "/apis/example.com/v1/namespaces/{namespace}/widgets/{name}/status",
                        "/apis/example.com/v1/widgets");
        JsonNode patch = document.path("paths")
                .path("/apis/example.com/v1/namespaces/{namespace}/widgets/{name}")
                .path("patch");
        assertThat(patch.path("operationId").asText()).isEqualTo("patchExampleComV1NamespacedWidget");
        assertThat(patch.path("x-kubernetes-action").asText()).isEqualTo("patch");
        assertThat(patch.path("parameters").findValuesAsText("name")).contains("fieldValidation", "dryRun");
        JsonNode spec = document.at("/components/schemas/com.example.v1.Widget/properties/spec/properties");
        assertThat(spec.path("size")).isEqualTo(JSON.readTree(SIZE));
        assertThat(spec.path("port").path("anyOf")).hasSize(2);
        assertThat(document.at("/components/schemas").has("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"))
                .isTrue();
        assertThat(document.at("/components/schemas/com.example.v1.WidgetList/x-kubernetes-group-version-kind/0/kind")
                        .asText())
                .isEqualTo("WidgetList");
        assertThat(document.at("/components/schemas/com.example.v1.WidgetList/description")
                        .asText())
                .isEqualTo("WidgetList is a list of Widget");
        assertThat(document.at("/components/schemas/com.example.v1.Widget/properties/kind/description")
                        .asText())
                .startsWith("Kind is a string value representing the REST resource");
        JsonNode embedded = document.at("/components/schemas/com.example.v1.Widget/properties/spec/properties/inner");
        assertThat(embedded.path("required")).isEqualTo(JSON.readTree("[\"kind\",\"apiVersion\"]"));
    }

    @Test
    void v2LeavesOutWhatItsReadersMisunderstand() throws IOException {
        registry.putCustom(widgets(SIZE), VersionConversion.RENAMING);
        byte[] entries = documents.v2Definitions(documents.sources().v2().getLast(), Form.JSON);
        JsonNode widget = JSON.readTree("{" + new String(entries, java.nio.charset.StandardCharsets.UTF_8) + "}")
                .path("com.example.v1.Widget");
        JsonNode spec = widget.path("properties").path("spec");
        assertThat(spec.path("properties").path("size")).isEmpty();
        assertThat(spec.has("required")).isFalse();
        assertThat(spec.has("oneOf")).isFalse();
        assertThat(spec.path("properties").path("free").has("type")).isFalse();
        assertThat(spec.path("properties").path("inner").has("required")).isFalse();
        assertThat(widget.path("properties").path("metadata").path("$ref").asText())
                .isEqualTo("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    }

    @Test
    void aChangedDefinitionCostsItsOwnDocument() throws IOException {
        registry.putCustom(widgets(SIZE), VersionConversion.RENAMING);
        byte[] core = documents.v3(source("api/v1"), Form.JSON);
        String before = source("apis/example.com/v1").v3().tag();
        registry.putCustom(widgets("{\"type\":\"string\"}"), VersionConversion.RENAMING);
        assertThat(source("apis/example.com/v1").v3().tag()).isNotEqualTo(before);
        assertThat(documents.v3(source("api/v1"), Form.JSON)).isSameAs(core);
        registry.removeCustom(widgets(SIZE).resource().groupResource());
        assertThat(documents.sources().documents()).doesNotContainKey("apis/example.com/v1");
    }

    @Test
    void writesProtobufByTheTable() throws IOException {
        MessageEncoder encoder = new MessageEncoder(MessageTable.read("v3.messages"));
        JsonNode schema = JSON.readTree(
                "{\"type\":\"array\",\"items\":{\"$ref\":\"A\"},\"required\":[\"a\",\"b\"],\"default\":true,\"x-k\":1}");
        assertThat(HexFormat.of().formatHex(encoder.encode("Schema", schema)))
                .isEqualTo(
                        "ca01056172726179" // type=25
                                + "f201070a0512030a0141" // items=30: one reference
                                + "ba010161ba010162" // required=23, twice
                                + "8a02021001" // default=33: a boolean
                                + "a2020a0a03782d6b1203120131"); // extension=36: name, value as YAML
    }

    private Source source(String name) {
        Source source = documents.sources().documents().get(name);
        assertThat(source).isNotNull();
        return source;
    }

    private JsonNode v3(String name) throws IOException {
        return JSON.readTree(documents.v3(source(name), Form.JSON));
    }

    private static CustomDefinition widgets(String sizeSchema) throws IOException {
        ObjectNode definition = (ObjectNode) JSON.readTree("""
                {"spec":{"group":"example.com","scope":"Namespaced",
                 "names":{"plural":"widgets","singular":"widget","kind":"Widget","listKind":"WidgetList"},
                 "versions":[{"name":"v1","served":true,"storage":true,
                  "subresources":{"status":{},
                   "scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}},
                  "schema":{"openAPIV3Schema":{"type":"object","properties":{
                   "spec":{"type":"object","required":["size"],"oneOf":[{"required":["port"]},{"required":["size"]}],
                    "properties":{"size":%s,
                     "port":{"x-kubernetes-int-or-string":true},
                     "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
                     "inner":{"type":"object","x-kubernetes-embedded-resource":true,
                      "x-kubernetes-preserve-unknown-fields":true},
                     "replicas":{"type":"integer"}}}}}}}]}}
                """.formatted(sizeSchema));
        return CustomDefinition.of(definition, new CelRules());
    }
}
