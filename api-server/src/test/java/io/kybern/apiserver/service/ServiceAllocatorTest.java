package io.kybern.apiserver.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.net.Cidr;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceAllocatorTest {
    private final Set<String> held = new HashSet<>();
    private final ServiceAllocator allocator = new ServiceAllocator(
            Cidr.parse("10.0.0.0/29").orElseThrow(),
            new PortRange(30000, 30002),
            new IpAddressObjects() {
                @Override
                public boolean create(ObjectNode address) {
                    return held.add(address.path("metadata").path("name").asText());
                }

                @Override
                public boolean exists(String name) {
                    return held.contains(name);
                }

                @Override
                public void delete(String name) {
                    held.remove(name);
                }
            },
            new Random(1));

    private static ObjectNode service(String spec) {
        try {
            String text = "{'metadata':{'name':'s','namespace':'n'},'spec':" + spec + "}";
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ip(ObjectNode service) {
        return service.path("spec").path("clusterIP").asText();
    }

    @Test
    void givesEachServiceAnAddressUntilNoneIsLeft() {
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            ObjectNode service = service("{'type':'ClusterIP','ports':[{'port':80}]}");
            allocator.create(service, false).commit();
            given.add(ip(service));
        }
        assertThat(given).hasSize(6).isEqualTo(held).doesNotContain("10.0.0.0", "10.0.0.7");
        assertThatThrownBy(() -> allocator.create(service("{'type':'ClusterIP','ports':[{'port':80}]}"), false))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("range is full");
    }

    @Test
    void givesBackWhatAFailedWriteTook() {
        ObjectNode service = service("{'type':'NodePort','ports':[{'port':80,'nodePort':30001}]}");
        allocator.create(service, false).revert();
        assertThat(held).isEmpty();
        allocator
                .create(service("{'type':'NodePort','ports':[{'port':80,'nodePort':30001}]}"), false)
                .commit();
        assertThatThrownBy(() ->
                        allocator.create(service("{'type':'NodePort','ports':[{'port':80,'nodePort':30001}]}"), false))
                .hasMessageContaining(
                        "spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated");
        assertThat(held).hasSize(1);
    }

    @Test
    void takesNothingInADryRun() {
        ObjectNode service = service("{'type':'NodePort','ports':[{'name':'a','port':80},{'name':'b','port':81}]}");
        allocator.create(service, true).commit();
        assertThat(ip(service)).isEqualTo("10.0.0.0");
        assertThat(ServiceShape.nodePorts(service)).isEqualTo(List.of(32769, 32770));
        assertThat(held).isEmpty();
    }

    @Test
    void refusesAnAddressOutsideTheRange() {
        assertThatThrownBy(() -> allocator.create(
                        service("{'type':'ClusterIP','clusterIP':'172.30.0.1','ports':[{'port':80}]}"), true))
                .hasMessageContaining(
                        "failed to allocate IP 172.30.0.1: the provided IP (172.30.0.1) is not in the valid"
                                + " range. The range of valid IPs is 10.0.0.0/29");
    }

    @Test
    void keepsTheAddressOfAnUpdateThatLeavesItOut() {
        ObjectNode existing = service("{'type':'ClusterIP','ports':[{'port':80}]}");
        allocator.create(existing, false).commit();
        ObjectNode updated = service("{'type':'ClusterIP','ports':[{'port':81}]}");
        allocator.update(updated, existing, false).commit();
        assertThat(ip(updated)).isEqualTo(ip(existing));
        assertThat(held).containsExactly(ip(existing));
    }

    @Test
    void complainsWhenOnlyTheListOfAddressesChanges() {
        ObjectNode existing = service("{'type':'ClusterIP','ports':[{'port':80}]}");
        allocator.create(existing, false).commit();
        ObjectNode updated = existing.deepCopy();
        ((ObjectNode) updated.path("spec")).putArray("clusterIPs").add("10.0.0.78");
        assertThatThrownBy(() -> allocator.update(updated, existing, false))
                .hasMessageContaining(
                        "spec.clusterIPs: Invalid value: [\"10.0.0.78\"]: first value must match `clusterIP`");
    }

    @Test
    void releasesTheAddressOfAServiceThatBecomesAName() {
        ObjectNode existing = service("{'type':'ClusterIP','ports':[{'port':80}]}");
        allocator.create(existing, false).commit();
        ServiceAllocator.Allocation change =
                allocator.update(service("{'type':'ExternalName','externalName':'x.y'}"), existing, false);
        assertThat(held).hasSize(1);
        change.commit();
        assertThat(held).isEmpty();
    }

    @Test
    void knowsAfterARestartWhatIsHeld() {
        held.add("10.0.0.3");
        allocator.restore(List.of(service("{'type':'NodePort','clusterIP':'10.0.0.3','clusterIPs':['10.0.0.3'],"
                + "'ports':[{'port':80,'nodePort':30002}]}")));
        assertThatThrownBy(() ->
                        allocator.create(service("{'type':'NodePort','ports':[{'port':80,'nodePort':30002}]}"), false))
                .hasMessageContaining("already allocated");
    }
}
