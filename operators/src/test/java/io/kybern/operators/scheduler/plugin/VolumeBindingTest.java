package io.kybern.operators.scheduler.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.kybern.operators.scheduler.framework.ClusterEvent.ClaimEvent;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.ResourceNames;
import io.kybern.operators.scheduler.pod.VolumeClaims;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VolumeBindingTest {
    private final ResourceNames names = new ResourceNames();
    private final Map<String, VolumeClaims.State> claims = new HashMap<>();
    private final VolumeBinding plugin =
            new VolumeBinding((namespace, name) -> Optional.ofNullable(claims.get(namespace + '/' + name)));

    private PodInfo pod() {
        return PodInfo.of(
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("web-0")
                        .withUid("u")
                        .endMetadata()
                        .withNewSpec()
                        .addNewVolume()
                        .withName("data")
                        .withNewPersistentVolumeClaim("data-web-0", false)
                        .endVolume()
                        .addNewVolume()
                        .withName("scratch")
                        .withNewEphemeral()
                        .endEphemeral()
                        .endVolume()
                        .endSpec()
                        .build(),
                names);
    }

    private String refusal() {
        return plugin.preFilter(pod(), new NodeCache(names).snapshot()) instanceof PreFilterResult.Reject reject
                ? String.join("; ", reject.rejection().reasons())
                : "";
    }

    private static VolumeClaims.State state(boolean bound, boolean lost, boolean deleting) {
        return new VolumeClaims.State(bound, lost, deleting, lost ? "pv" : "");
    }

    @Test
    void aPodWaitsUntilAllItsClaimsAreBound() {
        assertThat(refusal()).isEqualTo("persistentvolumeclaim \"data-web-0\" not found");
        claims.put("ns/data-web-0", state(true, false, false));
        assertThat(refusal()).isEqualTo("persistentvolumeclaim \"web-0-scratch\" not found");
        claims.put("ns/web-0-scratch", state(false, false, false));
        assertThat(refusal()).isEqualTo("pod has unbound immediate PersistentVolumeClaims");
        claims.put("ns/web-0-scratch", state(true, false, false));
        assertThat(refusal()).isEmpty();
        claims.put("ns/web-0-scratch", state(true, false, true));
        assertThat(refusal()).isEqualTo("persistentvolumeclaim \"web-0-scratch\" is being deleted");
        claims.put("ns/web-0-scratch", state(false, true, false));
        assertThat(refusal())
                .isEqualTo("persistentvolumeclaim \"web-0-scratch\" bound to non-existent persistentvolume \"pv\"");
    }

    @Test
    void aChangeOfItsClaimsMayHelp() {
        assertThat(plugin.mayHelp(new ClaimEvent("ns", "data-web-0"), pod())).isTrue();
        assertThat(plugin.mayHelp(new ClaimEvent("other", "data-web-0"), pod())).isFalse();
        assertThat(plugin.mayHelp(new ClaimEvent("ns", "other"), pod())).isFalse();
        assertThat(List.copyOf(plugin.events())).hasSize(1);
    }
}
