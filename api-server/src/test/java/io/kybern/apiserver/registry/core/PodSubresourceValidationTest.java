package io.kybern.apiserver.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodSubresourceValidationTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final PodStrategy strategy = new PodStrategy();

    @Test
    void ephemeralContainersAreAddedButNotRemoved() throws Exception {
        ObjectNode without = pod("\"1\"", "");
        ObjectNode with = pod(
                "\"1\"",
                "{'name': 'debug', 'image': 'i', 'imagePullPolicy': 'Always',"
                        + " 'terminationMessagePath': '/t', 'terminationMessagePolicy': 'File'}");

        assertThat(complaints("ephemeralcontainers", with, without)).isEmpty();
        assertThat(complaints("ephemeralcontainers", without, with))
                .contains("existing ephemeral containers \"debug\" may not be removed");
    }

    @Test
    void resizeChangesProcessorTime() throws Exception {
        assertThat(complaints("resize", pod("\"2\"", ""), pod("\"1\"", ""))).isEmpty();
    }

    @Test
    void resizeRemovesNoRequestAndKeepsTheQualityOfService() throws Exception {
        ObjectNode none = pod("\"1\"", "");
        ((ObjectNode) none.at("/spec/containers/0/resources")).remove("requests");

        assertThat(complaints("resize", none, pod("\"1\"", "")))
                .contains(
                        "Pod QOS Class may not change as a result of resizing", "resource requests cannot be removed");
    }

    private String complaints(String subresource, ObjectNode updated, ObjectNode existing) {
        FieldErrors errors = new FieldErrors();
        strategy.validateSubresourceUpdate(subresource, updated, existing, errors);
        List<FieldError> found = errors.list();
        return found.isEmpty() ? "" : found.toString();
    }

    private ObjectNode pod(String cpu, String ephemeral) throws Exception {
        ObjectNode pod =
                (ObjectNode) JSON.readTree(("{'metadata': {'name': 'p', 'namespace': 'n'}, 'spec': {'containers':"
                                + " [{'name': 'c', 'image': 'i', 'resources': {'requests': {'cpu': " + cpu + "}}}],"
                                + " 'ephemeralContainers': [" + ephemeral + "]}, 'status': {'qosClass': 'Burstable'}}")
                        .replace('\'', '"'));
        strategy.applyDefaults(pod);
        return pod;
    }
}
