package io.kybern.operators.controller.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import org.junit.jupiter.api.Test;

class TemplatePatchTest {
    /** As kube-apiserver 1.36.3 served it, in another order. */
    private static final String TEMPLATE = """
            {"spec":{"containers":[{"env":[{"name":"E"},{"name":"F","value":"1"}],"image":"nginx",
            "imagePullPolicy":"Always","name":"c","readinessProbe":{"failureThreshold":3,
            "httpGet":{"path":"/","port":80,"scheme":"HTTP"},"periodSeconds":10,"successThreshold":1,"timeoutSeconds":1},
            "resources":{"requests":{"cpu":"500m"}},"terminationMessagePath":"/dev/termination-log",
            "terminationMessagePolicy":"File","volumeMounts":[{"mountPath":"/data","name":"data"}]}],
            "dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},
            "terminationGracePeriodSeconds":30,"volumes":[{"emptyDir":{},"name":"e"}]},
            "metadata":{"labels":{"app":"web"},"annotations":{"a":"x<y>&z \\" é \\u2028 \\t"}}}
            """;

    private static PodTemplateSpec template() throws JsonProcessingException {
        return new ObjectMapper().readValue(TEMPLATE, PodTemplateSpec.class);
    }

    @Test
    void hashIsWhatTheOriginalNamesTheRevisionBy() throws JsonProcessingException {
        TemplatePatch patch = TemplatePatch.of(template());
        assertThat(patch.hash(0)).isEqualTo("f9b47dc94");
        assertThat(patch.hash(1)).isNotEqualTo("f9b47dc94");
        assertThat(patch.json())
                .startsWith(
                        "{\"spec\":{\"template\":{\"$patch\":\"replace\",\"metadata\":{\"annotations\":"
                                + "{\"a\":\"x\\u003cy\\u003e\\u0026z \\\" é \\u2028 \\t\"},\"labels\":{\"app\":\"web\"}},\"spec\":{");
    }

    @Test
    void aRevisionGivesTheTemplateBack() throws JsonProcessingException {
        TemplatePatch patch = TemplatePatch.of(template());
        var revision = new ControllerRevisionBuilder().withData(patch.data()).build();
        assertThat(TemplatePatch.of(revision)).isEqualTo(patch);
        assertThat(TemplatePatch.template(revision)).isEqualTo(template());
    }
}
