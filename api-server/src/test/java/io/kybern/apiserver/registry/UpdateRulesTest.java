package io.kybern.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.NameRule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Updates are looked at as a whole, besides what they change. */
class UpdateRulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node.k8s.io | runtimeclasses | {'handler':'a'} | {} | handler: Required value",
                "storage.k8s.io | storageclasses | {'provisioner':'a/b','volumeBindingMode':'Immediate'}"
                        + " | {'provisioner':'a/b','volumeBindingMode':'x'}"
                        + " | volumeBindingMode: Unsupported value: \"x\": supported values: \"Immediate\", \"WaitForFirstConsumer\"",
                "networking.k8s.io | ipaddresses"
                        + " | {'metadata':{'name':'1.2.3.4'},'spec':{'parentRef':{'resource':'services','name':'a'}}}"
                        + " | {'metadata':{'name':'1.2.3.4'},'spec':{'parentRef':{'name':'a'}}}"
                        + " | spec.parentRef.resource: Required value"
            })
    void whatIsWrongIsSaid(String group, String resource, String existing, String updated, String complaint)
            throws IOException {
        FieldErrors errors = new FieldErrors();
        new BuiltinStrategies()
                .of(new GroupResource(group, resource))
                .validateUpdate(object(updated), object(existing), errors);
        assertThat(errors.list().stream().map(FieldError::toString).toList()).contains(complaint);
        assertThat(complaints(group, resource, existing)).isEmpty();
    }

    @Test
    void theCoreApiOfEventsTakesAnyName() {
        BuiltinStrategies strategies = new BuiltinStrategies();
        assertThat(strategies.of(new GroupResource("", "events")).nameRule()).isEqualTo(NameRule.PATH_SEGMENT);
        assertThat(strategies.of(new GroupResource("events.k8s.io", "events")).nameRule())
                .isEqualTo(NameRule.DNS_SUBDOMAIN);
    }

    private static List<FieldError> complaints(String group, String resource, String unchanged) throws IOException {
        FieldErrors errors = new FieldErrors();
        new BuiltinStrategies()
                .of(new GroupResource(group, resource))
                .validateUpdate(object(unchanged), object(unchanged), errors);
        return errors.list();
    }

    private static ObjectNode object(String text) throws IOException {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }
}
