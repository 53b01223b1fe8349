package io.kybern.operators.scheduler.plugin;

import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaintTolerationTest {
    private final TaintToleration plugin = new TaintToleration();

    private static NodeInfo tainted(String name, String effect) {
        return nodeInfo(
                name,
                "4",
                "8Gi",
                node -> node.editSpec()
                        .addNewTaint(effect, "key", null, "value")
                        .endSpec());
    }

    private static PodInfo tolerating(String key, String operator, String value, String effect) {
        return podInfo(
                "p",
                Map.of(),
                pod -> pod.editSpec()
                        .addNewToleration(effect, key, operator, null, value)
                        .endSpec());
    }

    @ParameterizedTest
    @CsvSource({
        "key,  Equal,  value, NoSchedule, true",
        "key,  ,       value, NoSchedule, true",
        "key,  Equal,  other, NoSchedule, false",
        "key,  Exists, ,      NoSchedule, true",
        "key,  Exists, ,      ,           true",
        ",     Exists, ,      ,           true",
        "else, Exists, ,      NoSchedule, false",
        "key,  Exists, ,      NoExecute,  false",
        "key,  Gt,     value, NoSchedule, false",
    })
    void matchesTolerationsWithTaints(String key, String operator, String value, String effect, boolean passes) {
        var answers = Filters.ask(
                plugin,
                tolerating(key, operator, value, effect),
                Filters.cluster(tainted("n", "NoSchedule")).snapshot());
        assertThat(answers).containsEntry("n", passes ? List.of() : List.of("node(s) had untolerated taint(s)"));
    }

    @Test
    void noExecuteCountsAsWellAndSoftTaintsDoNot() {
        var cluster = Filters.cluster(
                tainted("evicting", "NoExecute"), tainted("soft", "PreferNoSchedule"), nodeInfo("clean"));
        assertThat(Filters.ask(plugin, podInfo("p"), cluster.snapshot()))
                .isEqualTo(Map.of(
                        "evicting",
                        List.of("node(s) had untolerated taint(s)"),
                        "soft",
                        List.of(),
                        "clean",
                        List.of()));
    }

    @Test
    void prefersNodesWithFewerSoftTaints() {
        var cluster = Filters.cluster(tainted("soft", "PreferNoSchedule"), nodeInfo("clean"));
        assertThat(Filters.score(plugin, podInfo("p"), cluster.snapshot()))
                .isEqualTo(Map.of("clean", 100L, "soft", 0L));
        assertThat(Filters.score(plugin, tolerating("key", "Exists", null, null), cluster.snapshot()))
                .isEqualTo(Map.of("clean", 100L, "soft", 100L));
        assertThat(Filters.score(
                        plugin, podInfo("p"), Filters.cluster(nodeInfo("clean")).snapshot()))
                .isEmpty();
    }

    @Test
    void wakesWhenATaintGoes() {
        var events = ClusterEvent.ofNodeUpdate(tainted("n", "NoSchedule"), nodeInfo("n"));
        assertThat(events).singleElement().matches(event -> plugin.mayHelp(event, podInfo("p")));
        var toleratedAnyway = tolerating("key", "Exists", null, null);
        assertThat(events).singleElement().matches(event -> !plugin.mayHelp(event, toleratedAnyway));
    }
}
