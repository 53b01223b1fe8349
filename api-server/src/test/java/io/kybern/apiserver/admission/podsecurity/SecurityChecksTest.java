package io.kybern.apiserver.admission.podsecurity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kybern.apiserver.admission.podsecurity.SecurityStandard.Level;
import org.junit.jupiter.api.Test;

class SecurityChecksTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static String offences(Level level, String version, String spec) {
        SecuredPod pod = new SecuredPod(json("{}"), json(spec));
        return Finding.details(SecurityChecks.evaluate(new SecurityStandard(level, version), pod));
    }

    @Test
    void nothingIsForbiddenWithPrivileges() {
        assertThat(offences(Level.PRIVILEGED, "latest", "{'hostPID':true}")).isEmpty();
    }

    @Test
    void restrictedChecksTakeThePlaceOfTheWeakerOnesOfBaseline() {
        String spec = "{'containers':[{'name':'c','securityContext':{'capabilities':{'add':['SYS_TIME']}}}],"
                + "'volumes':[{'name':'v','hostPath':{'path':'/'}}]}";
        assertThat(offences(Level.BASELINE, "latest", spec))
                .isEqualTo("non-default capabilities (container \"c\" must not include \"SYS_TIME\" in "
                        + "securityContext.capabilities.add), hostPath volumes (volume \"v\")");
        assertThat(offences(Level.RESTRICTED, "latest", spec))
                .contains("unrestricted capabilities (container \"c\" must set "
                        + "securityContext.capabilities.drop=[\"ALL\"]; container \"c\" must not include \"SYS_TIME\"")
                .contains("restricted volume types (volume \"v\" uses restricted volume type \"hostPath\")")
                .doesNotContain("non-default capabilities")
                .doesNotContain("hostPath volumes");
    }

    @Test
    void aCheckHoldsFromTheVersionThatBroughtIt() {
        String probes = "{'containers':[{'name':'c','livenessProbe':{'tcpSocket':{'host':'h','port':1}}}]}";
        assertThat(offences(Level.BASELINE, "v1.33", probes)).isEmpty();
        assertThat(offences(Level.BASELINE, "v1.34", probes)).startsWith("probe or lifecycle host");
        String sysctl = "{'containers':[],'securityContext':{'sysctls':[{'name':'net.ipv4.tcp_rmem','value':'1'}]}}";
        assertThat(offences(Level.BASELINE, "v1.31", sysctl)).isEqualTo("forbidden sysctls (net.ipv4.tcp_rmem)");
        assertThat(offences(Level.BASELINE, "latest", sysctl)).isEmpty();
    }

    @Test
    void podsForWindowsNeedNotSayWhatLinuxOnesMust() {
        String spec =
                "{'os':{'name':'windows'},'containers':[{'name':'c'}]," + "'securityContext':{'runAsNonRoot':true}}";
        assertThat(offences(Level.RESTRICTED, "latest", spec)).isEmpty();
        assertThat(offences(Level.RESTRICTED, "v1.24", spec)).startsWith("allowPrivilegeEscalation != false");
    }

    @Test
    void usersOfAnotherNamespaceMayBeRoot() {
        String spec = "{'hostUsers':false,'containers':[{'name':'c','securityContext':{'runAsUser':0,"
                + "'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL']},"
                + "'seccompProfile':{'type':'RuntimeDefault'}}}]}";
        assertThat(offences(Level.RESTRICTED, "latest", spec)).isEmpty();
        assertThat(offences(Level.RESTRICTED, "v1.34", spec))
                .isEqualTo("runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true), "
                        + "runAsUser=0 (container \"c\" must not set runAsUser=0)");
    }

    @Test
    void warningsFollowEnforcementUnlessTheyAreSet() {
        NamespacePolicy followed =
                NamespacePolicy.of(json("{'metadata':{'labels':{'pod-security.kubernetes.io/enforce':'baseline',"
                        + "'pod-security.kubernetes.io/enforce-version':'v1.20'}}}"));
        assertThat(followed.warn()).hasToString("baseline:v1.20");
        NamespacePolicy unknown =
                NamespacePolicy.of(json("{'metadata':{'labels':{'pod-security.kubernetes.io/enforce':'nope',"
                        + "'pod-security.kubernetes.io/warn':'nope','pod-security.kubernetes.io/warn-version':'1'}}}"));
        assertThat(unknown.enforce()).hasToString("restricted:latest");
        assertThat(unknown.warn()).hasToString("privileged:latest");
        assertThat(unknown.errors()).hasSize(3);
    }
}
