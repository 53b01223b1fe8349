package io.kybern.operators.controller.endpointslicemirroring;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.kybern.operators.controller.endpointslice.OwnSlices;
import io.kybern.operators.controller.endpointslice.SliceChange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MirrorPlanTest {
    private static Endpoints endpoints(String... ips) {
        EndpointsBuilder out = new EndpointsBuilder()
                .withNewMetadata()
                .withName("e")
                .withNamespace("n")
                .withUid("u")
                .addToLabels("a", "b")
                .endMetadata();
        for (String ip : ips) {
            out.addNewSubset()
                    .addNewAddress()
                    .withIp(ip)
                    .endAddress()
                    .addNewPort()
                    .withPort(80)
                    .withProtocol("TCP")
                    .endPort()
                    .endSubset();
        }
        return out.build();
    }

    private static EndpointSlice created(Endpoints endpoints) {
        return ((SliceChange.Create) MirrorPlan.plan(endpoints, List.of()).getFirst()).slice();
    }

    @Test
    void addressesOfOneTypeAndPortsShareASlice() {
        List<SliceChange> actions = MirrorPlan.plan(endpoints("1.2.3.4", "5.6.7.8", "::1"), List.of());
        assertThat(actions).hasSize(2);
        EndpointSlice slice = ((SliceChange.Create) actions.getFirst()).slice();
        assertThat(slice.getEndpoints()).flatExtracting(e -> e.getAddresses()).containsExactly("1.2.3.4", "5.6.7.8");
        assertThat(slice.getMetadata().getLabels())
                .containsEntry("a", "b")
                .containsEntry(OwnSlices.SERVICE, "e")
                .containsEntry(OwnSlices.MANAGED_BY, MirrorPlan.MANAGER);
        assertThat(slice.getMetadata().getOwnerReferences().getFirst().getKind())
                .isEqualTo("Endpoints");
    }

    @Test
    void onlyWhatDiffersIsWritten() {
        EndpointSlice slice = created(endpoints("1.2.3.4"));
        assertThat(MirrorPlan.plan(endpoints("1.2.3.4"), List.of(slice))).isEmpty();
        assertThat(MirrorPlan.plan(endpoints("5.6.7.8"), List.of(slice)).getFirst())
                .isInstanceOf(SliceChange.Update.class);
        assertThat(MirrorPlan.plan(endpoints(), List.of(slice))).containsExactly(new SliceChange.Delete(slice));
    }

    @Test
    void thoseOfServicesWithASelectorAreLeftAlone() {
        var service = new ServiceBuilder().withNewSpec().endSpec().build();
        var selecting = new ServiceBuilder()
                .withNewSpec()
                .addToSelector("a", "b")
                .endSpec()
                .build();
        assertThat(MirrorPlan.isMirrored(endpoints("1.2.3.4"), service)).isTrue();
        assertThat(MirrorPlan.isMirrored(endpoints("1.2.3.4"), selecting)).isFalse();
        assertThat(MirrorPlan.isMirrored(endpoints("1.2.3.4"), null)).isFalse();
        Endpoints skipped = new EndpointsBuilder(endpoints("1.2.3.4"))
                .editMetadata()
                .withLabels(Map.of("endpointslice.kubernetes.io/skip-mirror", "true"))
                .endMetadata()
                .build();
        assertThat(MirrorPlan.isMirrored(skipped, service)).isFalse();
    }
}
