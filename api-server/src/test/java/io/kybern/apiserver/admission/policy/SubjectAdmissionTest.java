package io.kybern.apiserver.admission.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What subresources take is admitted, too, as an object of its own kind. */
class SubjectAdmissionTest {
    private static final String DEFAULT = "/api/v1/namespaces/default/";
    private static final String POD = DEFAULT + "pods/p";

    private final PolicyServer server = new PolicyServer();

    @BeforeEach
    void create() {
        server.send("POST", DEFAULT + "serviceaccounts", "{'metadata':{'name':'default'}}");
        server.send(
                "POST", DEFAULT + "pods", "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i'}]}}");
        server.send("POST", DEFAULT + "services", "{'metadata':{'name':'s'},'spec':{'ports':[{'port':80}]}}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pods/binding|CREATE|object.target.name|n|POST|pods/p/binding|{'metadata':{'name':'p'},'target':{'name':'n'}}",
                "bindings|CREATE|object.target.name|n|POST|bindings|{'metadata':{'name':'p'},'target':{'name':'n'}}",
                "pods/eviction|CREATE|object.kind|Eviction|POST|pods/p/eviction|{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'p'}}",
                "serviceaccounts/token|CREATE|object.spec.audiences[0]|me|POST|serviceaccounts/default/token|{'spec':{'audiences':['me']}}",
                "pods/exec|CONNECT|object.command[0]|ls|POST|pods/p/exec?command=ls&stdout=true|{}",
                "pods/attach|CONNECT|object.container|c|POST|pods/p/attach?container=c|{}",
                "pods/portforward|CONNECT|string(object.ports[0])|80|POST|pods/p/portforward?ports=80|{}",
                "pods/proxy|CONNECT|object.path|/x|GET|pods/p/proxy/x|",
                "services/proxy|CONNECT|object.kind|ServiceProxyOptions|GET|services/s/proxy/x|"
            })
    void policiesSeeIt(
            String resource, String operation, String field, String value, String method, String path, String body) {
        server.validates(
                "no",
                resource,
                operation,
                "!(" + field + " == \"" + value + "\" && request.operation == \"" + operation + "\")");
        PolicyServer.Refusal refusal = server.refused(method, DEFAULT + path, body == null ? "" : body);
        assertThat(refusal.message()).contains("ValidatingAdmissionPolicy 'no' with binding 'no' denied request");
        assertThat(server.send("GET", POD, "").at("/spec").has("nodeName")).isFalse();
    }

    @Test
    void mutationsOfItCount() {
        server.applies(
                "p", "pods/binding", "Object{metadata: Object.metadata{labels: {\"bound\": object.target.name}}}");
        server.send("POST", DEFAULT + "pods/p/binding", "{'metadata':{'name':'p'},'target':{'name':'n'}}");
        JsonNode pod = server.send("GET", POD, "");
        assertThat(pod.at("/spec/nodeName").asText()).isEqualTo("n");
        assertThat(pod.at("/metadata/labels/bound").asText()).isEqualTo("n");
    }
}
