package io.kybern.apiserver.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyNameTest {
    @Test
    void hasOneToThreeParts() {
        assertThat(ProxyName.parse("web", "pod")).isEqualTo(new ProxyName("", "web", ""));
        assertThat(ProxyName.parse("web:80", "pod")).isEqualTo(new ProxyName("", "web", "80"));
        assertThat(ProxyName.parse("https:web:", "pod")).isEqualTo(new ProxyName("https", "web", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp:web:80", ":80", "a:b:c:d"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> ProxyName.parse(text, "service"))
                .hasMessage("invalid service request \"" + text + "\"");
    }
}
