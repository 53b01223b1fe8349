package io.kybern.operators.controller.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RevisionsTest {
    private static ControllerRevision revision(String owner, String hash, long number) {
        StatefulSet set = new StatefulSetBuilder()
                .withNewMetadata()
                .withName(owner)
                .withNamespace("default")
                .withUid("u")
                .addToAnnotations("kubernetes.io/change-cause", "why")
                .endMetadata()
                .build();
        return Revisions.fresh(
                set, Map.of("app", "web"), TemplatePatch.of(new PodTemplateSpec()), "hash", hash, number);
    }

    @Test
    void isItsOwnersWithLabelsOfTheTemplate() {
        var metadata = revision("web", "abc", 3).getMetadata();
        assertThat(metadata.getName()).isEqualTo("web-abc");
        assertThat(metadata.getLabels()).isEqualTo(Map.of("app", "web", "hash", "abc"));
        assertThat(metadata.getAnnotations()).containsEntry("kubernetes.io/change-cause", "why");
        assertThat(metadata.getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getKind()).isEqualTo("StatefulSet");
            assertThat(owner.getUid()).isEqualTo("u");
            assertThat(owner.getController()).isTrue();
        });
    }

    @Test
    void aLongNameLeavesRoomForTheHash() {
        assertThat(revision("w".repeat(250), "abc", 1).getMetadata().getName()).hasSize(227);
    }

    @Test
    void theOldestGoButNoneThatIsNeeded() {
        var first = revision("web", "a", 1);
        var second = revision("web", "b", 2);
        var third = revision("web", "c", 3);
        var all = List.of(first, second, third);
        assertThat(Revisions.surplus(all, Set.of("web-a"), 1)).containsExactly(second);
        assertThat(Revisions.surplus(all, Set.of(), 0)).isEqualTo(all);
        assertThat(Revisions.surplus(all, Set.of(), 3)).isEmpty();
    }
}
