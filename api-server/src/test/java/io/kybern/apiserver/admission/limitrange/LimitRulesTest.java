package io.kybern.apiserver.admission.limitrange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class LimitRulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static ObjectNode range(String limit) {
        return json("{'spec':{'limits':[" + limit + "]}}");
    }

    @Test
    void everyContainerIsHeldAgainstTheLimits() {
        ObjectNode range = range(
                "{'type':'Container','min':{'cpu':'100m'},'max':{'cpu':'1'}," + "'maxLimitRequestRatio':{'cpu':'3'}}");
        ObjectNode pod = json("{'spec':{'containers':[{'name':'a'}],'initContainers':[{'name':'i','resources':{"
                + "'requests':{'cpu':'500m'},'limits':{'cpu':'2'}}}]}}");
        assertThat(LimitRules.ofPod(range, pod))
                .containsExactly(
                        "minimum cpu usage per Container is 100m.  No request is specified",
                        "maximum cpu usage per Container is 1.  No limit is specified",
                        "cpu max limit to request ratio per Container is 3, but no request is specified or request is 0",
                        "maximum cpu usage per Container is 1, but limit is 2",
                        "cpu max limit to request ratio per Container is 3, but provided ratio is 4.000000");
    }

    @Test
    void aPodIsHeldAgainstItsSum() {
        ObjectNode range = range("{'type':'Pod','max':{'memory':'1Gi'}}");
        String container = "{'name':'a','resources':{'limits':{'memory':'600Mi'},'requests':{'memory':'1Mi'}}}";
        assertThat(LimitRules.ofPod(range, json("{'spec':{'containers':[" + container + "]}}")))
                .isEmpty();
        assertThat(LimitRules.ofPod(range, json("{'spec':{'containers':[" + container + "," + container + "]}}")))
                .containsExactly("maximum memory usage per Pod is 1Gi, but limit is 1200Mi");
    }

    @Test
    void defaultsFillInWhatContainersDoNotSay() {
        ObjectNode range =
                range("{'type':'Container','default':{'cpu':'1','memory':'1Gi'}," + "'defaultRequest':{'cpu':'100m'}}");
        ObjectNode spec = json("{'containers':[{'name':'a','resources':{'limits':{'cpu':'2'}}}],"
                + "'initContainers':[{'name':'i'}]}");
        assertThat(LimitDefaults.apply(range, spec))
                .containsExactly(
                        "cpu request for container a",
                        "memory limit for container a",
                        "cpu request for init container i",
                        "cpu, memory limit for init container i");
        assertThat(spec.at("/containers/0/resources").toString())
                .isEqualTo("{\"limits\":{\"cpu\":\"2\",\"memory\":\"1Gi\"},\"requests\":{\"cpu\":\"100m\"}}");
    }
}
