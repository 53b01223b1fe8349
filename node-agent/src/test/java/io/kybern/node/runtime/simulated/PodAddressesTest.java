package io.kybern.node.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PodAddressesTest {
    @Test
    void goesRoundTheBlockAndRefusesWhenFull() {
        var addresses = new PodAddresses("10.128.255.0/30");
        assertThat(addresses.next()).isEqualTo("10.128.255.1");
        addresses.release("10.128.255.1");
        assertThat(addresses.next()).isEqualTo("10.128.255.2");
        assertThat(addresses.next()).isEqualTo("10.128.255.1");
        assertThatThrownBy(addresses::next).hasMessage("all 2 pod addresses are in use");
    }

    @Test
    void aReservedAddressIsNotGivenOut() {
        var addresses = new PodAddresses("10.0.0.0/29");
        addresses.reserve("10.0.0.1");
        assertThat(addresses.next()).isEqualTo("10.0.0.2");
    }
}
