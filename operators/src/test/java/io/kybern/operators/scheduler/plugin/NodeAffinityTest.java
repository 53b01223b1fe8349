package io.kybern.operators.scheduler.plugin;

import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAffinityTest {
    private static final List<String> MISMATCH = List.of("node(s) didn't match Pod's node affinity/selector");

    private final NodeAffinity plugin = new NodeAffinity();
    private final Snapshot snapshot =
            Filters.cluster(labelled("a", "size", "5"), nodeInfo("b")).snapshot();

    private static NodeInfo labelled(String name, String key, String value) {
        return nodeInfo(
                name,
                "4",
                "8Gi",
                node -> node.editMetadata().addToLabels(key, value).endMetadata());
    }

    private static PodInfo requiring(NodeSelectorTerm... terms) {
        return podInfo(
                "p",
                Map.of(),
                pod -> pod.editSpec()
                        .withNewAffinity()
                        .withNewNodeAffinity()
                        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                        .addAllToNodeSelectorTerms(Arrays.asList(terms))
                        .endRequiredDuringSchedulingIgnoredDuringExecution()
                        .endNodeAffinity()
                        .endAffinity()
                        .endSpec());
    }

    private static NodeSelectorTerm named(String... names) {
        return new NodeSelectorTerm(
                List.of(),
                Arrays.stream(names)
                        .map(name -> new NodeSelectorRequirement("metadata.name", "In", List.of(name)))
                        .toList());
    }

    @Test
    void selectsByLabels() {
        var pod = podInfo(
                "p",
                Map.of(),
                more -> more.editSpec().addToNodeSelector("size", "5").endSpec());
        assertThat(Filters.ask(plugin, pod, snapshot)).isEqualTo(Map.of("a", List.of(), "b", MISMATCH));
    }

    @ParameterizedTest
    @CsvSource({
        "In,           5, true,  false",
        "In,           6, false, false",
        "NotIn,        5, false, true",
        "Exists,        , true,  false",
        "DoesNotExist,  , false, true",
        "Gt,           4, true,  false",
        "Gt,           5, false, false",
        "Lt,           6, true,  false",
        "Lt,           x, false, false",
    })
    void understandsAllOperators(String operator, String value, boolean a, boolean b) {
        var pod = requiring(new NodeSelectorTerm(
                List.of(new NodeSelectorRequirement("size", operator, value == null ? List.of() : List.of(value))),
                List.of()));
        assertThat(Filters.ask(plugin, pod, snapshot))
                .isEqualTo(Map.of("a", a ? List.of() : MISMATCH, "b", b ? List.of() : MISMATCH));
    }

    @Test
    void anEmptyTermMatchesNothing() {
        assertThat(Filters.ask(plugin, requiring(new NodeSelectorTerm()), snapshot))
                .isEqualTo(Map.of("a", MISMATCH, "b", MISMATCH));
    }

    @Test
    void looksOnlyAtNodesThatAreNamed() {
        assertThat(plugin.preFilter(requiring(named("a"), named("c")), snapshot))
                .isInstanceOfSatisfying(
                        PreFilterResult.CheckOnly.class,
                        check -> assertThat(check.nodes()).isEqualTo(Set.of("a", "c")));
        assertThat(plugin.preFilter(requiring(named("a", "b")), snapshot))
                .isInstanceOfSatisfying(
                        PreFilterResult.Reject.class,
                        reject -> assertThat(reject.rejection().reasons())
                                .containsExactly("pod affinity terms conflict"));
        assertThat(plugin.preFilter(podInfo("p"), snapshot)).isEqualTo(PreFilterResult.SKIP);
    }

    @Test
    void prefersByWeight() {
        var pod = podInfo(
                "p",
                Map.of(),
                more -> more.editSpec()
                        .withNewAffinity()
                        .withNewNodeAffinity()
                        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                        .withWeight(10)
                        .withNewPreference()
                        .addToMatchExpressions(new NodeSelectorRequirement("size", "Exists", List.of()))
                        .endPreference()
                        .endPreferredDuringSchedulingIgnoredDuringExecution()
                        .endNodeAffinity()
                        .endAffinity()
                        .endSpec());
        assertThat(Filters.score(plugin, pod, snapshot)).isEqualTo(Map.of("a", 100L, "b", 0L));
    }

    @Test
    void wakesWhenALabelMakesTheNodeMatch() {
        var pod = podInfo(
                "p",
                Map.of(),
                more -> more.editSpec().addToNodeSelector("size", "5").endSpec());
        assertThat(ClusterEvent.ofNodeUpdate(nodeInfo("b"), labelled("b", "size", "5")))
                .singleElement()
                .matches(event -> plugin.mayHelp(event, pod));
        assertThat(ClusterEvent.ofNodeUpdate(nodeInfo("b"), labelled("b", "size", "6")))
                .singleElement()
                .matches(event -> !plugin.mayHelp(event, pod));
    }
}
