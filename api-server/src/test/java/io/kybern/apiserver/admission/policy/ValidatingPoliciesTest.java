package io.kybern.apiserver.admission.policy;

import static io.kybern.apiserver.admission.policy.PolicyServer.MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.policy.PolicyServer.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Texts are those of the original. */
class ValidatingPoliciesTest {
    private static final String MAP = "{'metadata':{'name':'a'},'data':{'k':'v'}}";

    private final PolicyServer server = new PolicyServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatDoesNotHoldIsDenied() {
        server.validates("p", "configmaps", "CREATE", "object.data.k != \"v\"");
        assertThat(server.refused("POST", MAPS, MAP))
                .isEqualTo(new Refusal(
                        422,
                        "Invalid",
                        "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: "
                                + "failed expression: object.data.k != \"v\""));
        assertThat(server.send("POST", MAPS, "{'metadata':{'name':'b'},'data':{'k':'w'}}")
                        .at("/data/k")
                        .asText())
                .isEqualTo("w");
    }

    @Test
    void messagesAndReasonsAreThePolicys() {
        ObjectNode spec = (ObjectNode) PolicyServer.json("{'variables':[{'name':'n','expression':'size(object.data)'}],"
                + "'validations':[{'expression':'variables.n > 1','reason':'Forbidden','messageExpression':"
                + "'string(variables.n) + string(object.data.k)'}]}");
        server.policy("Validating", "p", "configmaps", "CREATE", spec, "{'validationActions':['Deny']}");
        Refusal refusal = server.refused("POST", MAPS, MAP);
        assertThat(refusal.reason()).isEqualTo("Forbidden");
        assertThat(refusal.code()).isEqualTo(403);
        assertThat(refusal.message()).endsWith("denied request: 1v");
    }

    @Test
    void aParameterThatIsMissingDeniesWhereThatIsWanted() {
        ObjectNode spec = (ObjectNode)
                PolicyServer.json(
                        "{'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},'validations':[{'expression':'params.data.k == object.data.k'}]}");
        server.policy(
                "Validating",
                "p",
                "configmaps",
                "CREATE",
                spec,
                "{'validationActions':['Deny'],'paramRef':{'name':'none','parameterNotFoundAction':'Deny'}}");
        assertThat(server.refused("POST", MAPS, MAP).message())
                .contains(
                        "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction");
    }

    @Test
    void policiesWithoutABindingSayNothing() {
        server.validates("p", "configmaps", "CREATE", "false");
        server.send("DELETE", PolicyServer.GROUP + "validatingadmissionpolicybindings/p", "");
        assertThat(server.send("POST", MAPS, MAP).at("/metadata/name").asText()).isEqualTo("a");
    }
}
