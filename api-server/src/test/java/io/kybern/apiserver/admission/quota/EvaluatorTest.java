package io.kybern.apiserver.admission.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.GroupResource;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private final PodEvaluator pods = new PodEvaluator(() -> NOW);

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Test
    void aPodCountsForWhatItsContainersAskForAndItsOverhead() {
        ObjectNode pod = json("{'spec':{'overhead':{'cpu':'100m'},'containers':["
                + "{'name':'a','resources':{'requests':{'cpu':'1','example.com/gpu':'2'},'limits':{'cpu':'2'}}},"
                + "{'name':'b','resources':{'requests':{'hugepages-2Mi':'4Mi'}}}],"
                + "'initContainers':[{'name':'i','resources':{'requests':{'cpu':'3'}}}]}}");
        assertThat(pods.usage(pod))
                .hasToString("count/pods=1,cpu=3100m,hugepages-2Mi=4Mi,limits.cpu=2100m,pods=1,requests.cpu=3100m,"
                        + "requests.example.com/gpu=2,requests.hugepages-2Mi=4Mi");
    }

    @Test
    void whatIsSetForThePodCountsInPlaceOfItsContainers() {
        ObjectNode pod = json("{'spec':{'resources':{'requests':{'cpu':'5'}},'containers':["
                + "{'name':'a','resources':{'requests':{'cpu':'1','memory':'1Gi'}}}]}}");
        assertThat(pods.usage(pod).of(List.of("cpu", "memory"))).hasToString("cpu=5,memory=1Gi");
    }

    @Test
    void aPodThatHasEndedOrShouldBeGoneIsOnlyCounted() {
        assertThat(pods.usage(json("{'spec':{},'status':{'phase':'Succeeded'}}")))
                .hasToString("count/pods=1");
        assertThat(pods.usage(json("{'spec':{},'metadata':{'deletionTimestamp':'2029-12-31T23:00:00Z',"
                        + "'deletionGracePeriodSeconds':30}}")))
                .hasToString("count/pods=1");
        assertThat(pods.usage(json("{'spec':{},'metadata':{'deletionTimestamp':'2029-12-31T23:59:45Z',"
                        + "'deletionGracePeriodSeconds':30}}")))
                .hasToString("count/pods=1,pods=1");
    }

    @Test
    void whileAResizeIsUnderWayTheLargerCounts() {
        ObjectNode pod = json("{'spec':{'containers':[{'name':'a','resources':{'requests':{'cpu':'1'}}}]},"
                + "'status':{'containerStatuses':[{'name':'a','allocatedResources':{'cpu':'2'},"
                + "'resources':{'requests':{'cpu':'1500m'}}}]}}");
        assertThat(pods.usage(pod).amount("requests.cpu")).hasToString("2");
    }

    @Test
    void scopesSelectPods() {
        ObjectNode pod = json("{'spec':{'priorityClassName':'high','activeDeadlineSeconds':5,'containers':[]}}");
        assertThat(pods.matches(new QuotaScope("Terminating", "Exists", List.of()), pod))
                .isTrue();
        assertThat(pods.matches(new QuotaScope("BestEffort", "Exists", List.of()), pod))
                .isTrue();
        assertThat(pods.matches(new QuotaScope("PriorityClass", "In", List.of("low")), pod))
                .isFalse();
        assertThat(pods.matches(new QuotaScope("PriorityClass", "NotIn", List.of("low")), pod))
                .isTrue();
        assertThat(pods.matches(new QuotaScope("PriorityClass", "DoesNotExist", List.of()), pod))
                .isFalse();
    }

    @Test
    void aBalancedServiceCountsForItsPortsUnlessItWantsNone() {
        ServiceEvaluator services = new ServiceEvaluator();
        String ports = "'ports':[{'port':1},{'port':2,'nodePort':30001}]";
        assertThat(services.usage(json("{'spec':{'type':'LoadBalancer'," + ports + "}}")))
                .hasToString("count/services=1,services=1,services.loadbalancers=1,services.nodeports=2");
        assertThat(services.usage(json(
                                "{'spec':{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false," + ports + "}}"))
                        .amount("services.nodeports"))
                .hasToString("1");
    }

    @Test
    void aClaimCountsForItsClassToo() {
        ObjectNode claim = json("{'spec':{'storageClassName':'gold','resources':{'requests':{'storage':'1500m'}}}}");
        assertThat(new ClaimEvaluator().usage(claim))
                .hasToString("count/persistentvolumeclaims=1,"
                        + "gold.storageclass.storage.k8s.io/persistentvolumeclaims=1,"
                        + "gold.storageclass.storage.k8s.io/requests.storage=2,"
                        + "persistentvolumeclaims=1,requests.storage=2");
    }

    @Test
    void anythingElseIsCountedByItsName() {
        assertThat(CountEvaluator.of(new GroupResource("apps", "deployments")).usage(json("{}")))
                .hasToString("count/deployments.apps=1");
    }
}
