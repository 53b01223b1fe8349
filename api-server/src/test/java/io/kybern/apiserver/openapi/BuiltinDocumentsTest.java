package io.kybern.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.BuiltinResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Texts, names and extensions of built-in documents, as the original publishes them. */
class BuiltinDocumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private final Descriptions descriptions = new Descriptions();
    private final BuiltinResources builtin = new BuiltinResources();
    private final Map<String, List<Operation>> operations = new BuiltinOperations().byDocument();

    private JsonNode v3(String document) {
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        return new V3Document(descriptions).of(document, operations.get(document), none, builtin.schemas());
    }

    @Test
    void describesKindsAndFields() {
        JsonNode deployment = v3("apis/apps/v1").at("/components/schemas/io.k8s.api.apps.v1.Deployment");
        assertThat(deployment.path("description").asText())
                .isEqualTo("Deployment enables declarative updates for Pods and ReplicaSets.");
        assertThat(deployment.at("/properties/metadata/description").asText())
                .startsWith("Standard object's metadata.");
        assertThat(deployment.at("/properties/metadata/default")).isEqualTo(JsonNodeFactory.instance.objectNode());
    }

    @Test
    void describesEveryServedKind() {
        operations
                .keySet()
                .forEach(document -> v3(document).at("/components/schemas").properties().stream()
                        .filter(schema -> schema.getValue().has("x-kubernetes-group-version-kind"))
                        .forEach(schema -> assertThat(
                                        schema.getValue().path("description").asText())
                                .as(schema.getKey())
                                .isNotEmpty()));
    }

    @Test
    void leavesSharedSchemasAsTheyAre() {
        v3("apis/apps/v1");
        assertThat(builtin.schemas().get("io.k8s.api.apps.v1.Deployment").raw().has("description"))
                .isFalse();
    }

    @Test
    void saysWhatOperationsDo() {
        JsonNode core = v3("api/v1").path("paths");
        String pod = "/api/v1/namespaces/{namespace}/pods/{name}";
        assertThat(core.path(pod).at("/get/description").asText()).isEqualTo("read the specified Pod");
        assertThat(core.path(pod + "/exec").at("/post/description").asText())
                .isEqualTo("connect POST requests to exec of Pod");
        assertThat(core.path("/api/v1/namespaces/{namespace}/endpoints")
                        .at("/post/description")
                        .asText())
                .isEqualTo("create Endpoints");
        assertThat(core.path("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token")
                        .at("/post/description")
                        .asText())
                .isEqualTo("create token of a ServiceAccount");
        assertThat(v3("apis/apps/v1")
                        .path("paths")
                        .path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale")
                        .at("/get/description")
                        .asText())
                .isEqualTo("read scale of the specified Deployment");
    }

    @Test
    void aProxiedPathIsToldTwice() {
        JsonNode parameters = v3("api/v1")
                .path("paths")
                .path("/api/v1/nodes/{name}/proxy/{path}")
                .path("parameters");
        assertThat(parameters.findValuesAsText("name")).containsExactly("name", "path", "path");
        assertThat(parameters.findValuesAsText("in")).containsExactly("path", "path", "query");
    }

    @Test
    void optionsBelongToTheGroupVersionOfTheirDocument() {
        JsonNode kinds = v3("apis/apps/v1")
                .at("/components/schemas/" + META + "DeleteOptions")
                .path("x-kubernetes-group-version-kind");
        assertThat(kinds.findValuesAsText("group")).containsExactly("", "apps");
    }

    @Test
    void v2SharesParametersByTheHashOfTheirText() {
        ObjectNode head = new V2Document(descriptions).head(operations.values());
        List<String> keys = new ArrayList<>();
        head.path("parameters").fieldNames().forEachRemaining(keys::add);
        assertThat(keys)
                .hasSize(47)
                .contains("limit-1NfNmdNH", "fieldManager-7c6nTn1T", "fieldManager-Qy4HdaTW", "body-78PwaGsr")
                .noneMatch(key -> key.startsWith("dryRun") || key.startsWith("name-"));
    }

    @Test
    void v2TellsTextsAndReferences() throws Exception {
        ObjectNode paths = new V2Document(descriptions).paths(operations.get("apis/batch/v1"));
        JsonNode patch =
                paths.path("/apis/batch/v1/namespaces/{namespace}/jobs/{name}").path("patch");
        assertThat(patch.path("consumes"))
                .isEqualTo(JSON.readTree("[\"application/json-patch+json\",\"application/merge-patch+json\","
                        + "\"application/strategic-merge-patch+json\",\"application/apply-patch+yaml\"]"));
        assertThat(patch.path("parameters").path(0).path("$ref").asText()).isEqualTo("#/parameters/body-78PwaGsr");
    }
}
