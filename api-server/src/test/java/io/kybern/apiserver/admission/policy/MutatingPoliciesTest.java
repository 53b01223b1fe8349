package io.kybern.apiserver.admission.policy;

import static io.kybern.apiserver.admission.policy.PolicyServer.MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.policy.PolicyServer.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Texts are those of the original. */
class MutatingPoliciesTest {
    private static final String MAP = "{'metadata':{'name':'a'},'data':{'k':'v'}}";

    private final PolicyServer server = new PolicyServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatIsAppliedIsMergedIntoTheObject() {
        server.applies("p", "configmaps", "Object{metadata: Object.metadata{labels: {\"by\": \"policy\"}}}");
        JsonNode created = server.send("POST", MAPS, MAP);
        assertThat(created.at("/metadata/labels/by").asText()).isEqualTo("policy");
        assertThat(created.at("/data/k").asText()).isEqualTo("v");
        assertThat(server.send("GET", MAPS + "/a", "").at("/metadata/labels/by").asText())
                .isEqualTo("policy");
    }

    @Test
    void itemsOfListsMergeByTheirKeysAndGetDefaults() {
        server.applies(
                "p",
                "deployments",
                "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: ["
                        + "Object.spec.template.spec.containers{name: \"side\", image: \"s\"}]}}}}");
        JsonNode created = server.send(
                "POST",
                "/apis/apps/v1/namespaces/default/deployments",
                "{'metadata':{'name':'d'},'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                        + "'spec':{'containers':[{'name':'c','image':'i'}]}}}}");
        JsonNode containers = created.at("/spec/template/spec/containers");
        assertThat(containers.findValuesAsText("name")).containsExactly("c", "side");
        assertThat(containers.get(1).path("imagePullPolicy").asText()).isEqualTo("Always");
    }

    @Test
    void eachMutationSeesWhatTheOneBeforeHasDone() {
        server.applies(
                "p",
                "configmaps",
                "Object{metadata: Object.metadata{labels: {\"a\": \"1\"}}}",
                "Object{metadata: Object.metadata{labels: {\"b\": object.metadata.labels[\"a\"] + \"2\"}}}");
        assertThat(server.send("POST", MAPS, MAP).at("/metadata/labels/b").asText())
                .isEqualTo("12");
    }

    @Test
    void aPatchIsAppliedUnlessItsTestFails() {
        server.patches(
                "p",
                "configmaps",
                "[JSONPatch{op: \"test\", path: \"/data/k\", value: \"v\"}, JSONPatch{op: \"add\", path: \"/data/\" + "
                        + "jsonpatch.escapeKey(\"b\"), value: \"x\"}]");
        assertThat(server.send("POST", MAPS, MAP).at("/data/b").asText()).isEqualTo("x");
        JsonNode other = server.send("POST", MAPS, "{'metadata':{'name':'b'},'data':{'k':'w'}}");
        assertThat(other.at("/data").toString()).isEqualTo("{\"k\":\"w\"}");
    }

    @Test
    void objectsAsValuesOfPatchesAreTypedByTheirPath() {
        server.patches(
                "p",
                "configmaps",
                "[JSONPatch{op: \"add\", path: \"/metadata/labels\", value: Object.metadata.labels{x: \"y\"}}]");
        assertThat(server.send("POST", MAPS, MAP).at("/metadata/labels/x").asText())
                .isEqualTo("y");
    }

    @Test
    void aTypeNamedAfterAnotherPathIsRefused() {
        server.applies("p", "configmaps", "Object{metadata: Object.spec{labels: {\"a\": \"b\"}}}");
        assertThat(server.refused("POST", MAPS, MAP))
                .isEqualTo(new Refusal(
                        403,
                        "Invalid",
                        "policy 'p' with binding 'p' denied request: type mismatch: unexpected type name \"Object.spec\", "
                                + "expected \"Object.metadata\", which matches field name path from root Object type"));
    }

    @Test
    void whatWouldReplaceAnAtomicPartIsRefused() {
        server.applies("p", "services", "Object{spec: Object.spec{selector: {\"a\": \"b\"}}}");
        Refusal refusal = server.refused(
                "POST",
                "/api/v1/namespaces/default/services",
                "{'metadata':{'name':'s'},'spec':{'ports':[{'port':80}]}}");
        assertThat(refusal.message())
                .isEqualTo(
                        "policy 'p' with binding 'p' denied request: error applying patch: invalid ApplyConfiguration: "
                                + "may not mutate atomic arrays, maps or structs: .spec.selector");
    }

    @Test
    void aFailureCountsUnlessThePolicySaysOtherwise() {
        server.applies("p", "configmaps", "Object{metadata: Object.metadata{labels: {\"a\": object.nope}}}");
        assertThat(server.refused("POST", MAPS, MAP).message())
                .isEqualTo(
                        "policy 'p' with binding 'p' denied request: expression 'Object{metadata: Object.metadata{labels: "
                                + "{\"a\": object.nope}}}' resulted in error: no such key: nope");
        JsonNode policy = server.send("GET", PolicyServer.GROUP + "mutatingadmissionpolicies/p", "");
        ((ObjectNode) policy.path("spec")).put("failurePolicy", "Ignore");
        server.send("PUT", PolicyServer.GROUP + "mutatingadmissionpolicies/p", policy.toString());
        assertThat(server.send("POST", MAPS, MAP).at("/metadata").has("labels")).isFalse();
    }

    @Test
    void parametersVariablesAndConditionsAreKnown() {
        server.send("POST", MAPS, "{'metadata':{'name':'param'},'data':{'label':'from-param'}}");
        ObjectNode spec = PolicyServer.mutations("Never");
        spec.set("paramKind", PolicyServer.json("{'apiVersion':'v1','kind':'ConfigMap'}"));
        spec.set(
                "matchConditions",
                PolicyServer.json("[{'name':'not-skipped','expression':'size(object.metadata.name) == 1'}]"));
        spec.set("variables", PolicyServer.json("[{'name':'label','expression':'params.data.label + object.data.k'}]"));
        spec.withArray("mutations")
                .addObject()
                .put("patchType", "ApplyConfiguration")
                .putObject("applyConfiguration")
                .put("expression", "Object{metadata: Object.metadata{labels: {\"a\": variables.label}}}");
        server.policy(
                "Mutating",
                "p",
                "configmaps",
                "CREATE",
                spec,
                "{'paramRef':{'name':'param','namespace':'default','parameterNotFoundAction':'Deny'}}");
        assertThat(server.send("POST", MAPS, MAP).at("/metadata/labels/a").asText())
                .isEqualTo("from-paramv");
        JsonNode skipped = server.send("POST", MAPS, "{'metadata':{'name':'skip'},'data':{'k':'v'}}");
        assertThat(skipped.at("/metadata").has("labels")).isFalse();
    }

    @Test
    void whoWantsToSeeLaterChangesIsAskedOnceMore() {
        for (String reinvocation : new String[] {"IfNeeded", "Never"}) {
            ObjectNode spec = PolicyServer.mutations(reinvocation);
            spec.withArray("mutations")
                    .addObject()
                    .put("patchType", "ApplyConfiguration")
                    .putObject("applyConfiguration")
                    .put(
                            "expression",
                            "Object{data: {\"" + reinvocation
                                    + "\": string(size(object.?metadata.labels.orValue({})))}}");
            server.policy(
                    "Mutating",
                    "a-" + reinvocation.toLowerCase(java.util.Locale.ROOT),
                    "configmaps",
                    "CREATE",
                    spec,
                    "{}");
        }
        server.applies("b", "configmaps", "Object{metadata: Object.metadata{labels: {\"by\": \"b\"}}}");
        JsonNode data = server.send("POST", MAPS, MAP).path("data");
        assertThat(data.path("IfNeeded").asText()).isEqualTo("1");
        assertThat(data.path("Never").asText()).isEqualTo("0");
    }

    @Test
    void expressionsAreCheckedWhenThePolicyIsWritten() {
        ObjectNode spec = PolicyServer.mutations("Never");
        spec.set(
                "matchConstraints",
                PolicyServer.json(
                        "{'resourceRules':[{'apiGroups':[''],'apiVersions':['v1'],'operations':['DELETE'],'resources':['pods']}]}"));
        spec.withArray("mutations")
                .addObject()
                .put("patchType", "JSONPatch")
                .putObject("jsonPatch")
                .put("expression", "object");
        Refusal refusal = server.refused(
                "POST",
                PolicyServer.GROUP + "mutatingadmissionpolicies",
                "{'metadata':{'name':'p'},'spec':" + spec + "}");
        assertThat(refusal.message())
                .isEqualTo("MutatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is invalid: "
                        + "[spec.matchConstraints.resourceRules.operations: Unsupported value: \"DELETE\": supported values: "
                        + "\"*\", \"CONNECT\", \"CREATE\", \"UPDATE\", spec.mutations[0].jsonPatch.expression: Invalid value: "
                        + "\"object\": must evaluate to list(JSONPatch) but got dyn]");
    }
}
