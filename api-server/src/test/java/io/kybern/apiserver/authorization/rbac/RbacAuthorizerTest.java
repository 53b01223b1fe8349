package io.kybern.apiserver.authorization.rbac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.authorization.AuthorizationAttributes;
import io.kybern.apiserver.authorization.Authorizer.Decision;
import io.kybern.crd.resource.GroupResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RbacAuthorizerTest {
    private static final User JANE = new User("jane", "", List.of(User.AUTHENTICATED), Map.of());
    private static final User JOE = new User("joe", "", List.of("devs", User.AUTHENTICATED), Map.of());

    private static final ObjectNode READER = json("{'metadata':{'name':'reader','namespace':'a'},'rules':[{'apiGroups':"
            + "[''],'resources':['pods','pods/log'],'verbs':['get','list']}]}");
    private static final ObjectNode READS =
            json("{'metadata':{'name':'reads','namespace':'a'},'roleRef':{'kind':'Role',"
                    + "'name':'reader'},'subjects':[{'kind':'User','name':'jane'}]}");
    private static final ObjectNode URLS =
            json("{'metadata':{'name':'urls'},'rules':[{'nonResourceURLs':['/healthz/*'],'verbs':['get']}]}");
    private static final ObjectNode DEVS = json("{'metadata':{'name':'devs'},'roleRef':{'kind':'ClusterRole','name':"
            + "'urls'},'subjects':[{'kind':'Group','name':'devs'}]}");
    private static final ObjectNode LOST = json("{'metadata':{'name':'lost','namespace':'b'},'roleRef':{'kind':'Role',"
            + "'name':'zzz'},'subjects':[{'kind':'User','name':'joe'}]}");

    private RbacSnapshot stored =
            RbacSnapshot.of(List.of(URLS), List.of(READER), List.of(DEVS), List.of(READS, LOST), false);
    private final RbacAuthorizer rbac = new RbacAuthorizer(() -> stored);

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Decision pods(User user, String verb, String subresource, String namespace) {
        return rbac.authorize(
                AuthorizationAttributes.ofResource(user, verb, "", "v1", "pods", subresource, namespace, "x"));
    }

    @Test
    void allowsByRoleInItsNamespaceAndSaysWhy() {
        assertThat(pods(JANE, "get", "", "a"))
                .isEqualTo(new Decision.Allow(
                        "RBAC: allowed by RoleBinding \"reads/a\" of Role \"reader\" to User \"jane\""));
        assertThat(pods(JANE, "get", "log", "a")).isInstanceOf(Decision.Allow.class);
        assertThat(pods(JANE, "get", "exec", "a")).isInstanceOf(Decision.NoOpinion.class);
        assertThat(pods(JANE, "get", "", "b")).isInstanceOf(Decision.NoOpinion.class);
        assertThat(pods(JOE, "get", "", "a")).isInstanceOf(Decision.NoOpinion.class);
    }

    @Test
    void allowsPathsByGroupWithAStarAtTheEnd() {
        assertThat(rbac.authorize(AuthorizationAttributes.ofPath(JOE, "get", "/healthz/ping")))
                .isInstanceOf(Decision.Allow.class);
        assertThat(rbac.authorize(AuthorizationAttributes.ofPath(JOE, "get", "/metrics")))
                .isInstanceOf(Decision.NoOpinion.class);
    }

    @Test
    void namesRolesThatBindingsNameInVain() {
        assertThat(pods(JOE, "list", "", "b").reason())
                .isEqualTo("RBAC: role.rbac.authorization.k8s.io \"zzz\" not found");
    }

    @Test
    void aggregatesRolesOnRequestOnly() {
        ObjectNode all = json("{'metadata':{'name':'all'},'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':"
                + "{'part':'yes'}}]}}");
        ObjectNode part = json("{'metadata':{'name':'part','labels':{'part':'yes'}},'rules':[{'apiGroups':[''],"
                + "'resources':['*'],'verbs':['get']}]}");
        ObjectNode binding = json("{'metadata':{'name':'b'},'roleRef':{'kind':'ClusterRole','name':'all'},'subjects':"
                + "[{'kind':'User','name':'jane'}]}");
        for (boolean aggregate : new boolean[] {true, false}) {
            stored = RbacSnapshot.of(List.of(all, part), List.of(), List.of(binding), List.of(), aggregate);
            assertThat(pods(JANE, "get", "", "c") instanceof Decision.Allow).isEqualTo(aggregate);
        }
    }

    @Test
    void refusesToGrantWhatTheGiverLacks() {
        EscalationCheck check = new EscalationCheck(rbac, rbac);
        GroupResource roles = new GroupResource("rbac.authorization.k8s.io", "roles");
        ObjectNode own = json("{'metadata':{'name':'own','namespace':'a'},'rules':[{'apiGroups':[''],'resources':"
                + "['pods'],'verbs':['get']}]}");
        assertThatCode(() -> check.check(JANE, roles, own, Optional.empty())).doesNotThrowAnyException();
        ObjectNode more = json("{'metadata':{'name':'x','namespace':'a'},'rules':[{'apiGroups':[''],'resources':"
                + "['secrets'],'verbs':['get','delete']}]}");
        assertThatThrownBy(() -> check.check(JANE, roles, more, Optional.empty()))
                .hasMessage("roles.rbac.authorization.k8s.io \"x\" is forbidden: user \"jane\""
                        + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently"
                        + " held:\n{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\" \"delete\"]}");
    }
}
