package io.kybern.apiserver.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyLinksTest {
    private final ProxyLinks links =
            new ProxyLinks("/api/v1/namespaces/n/pods/p/proxy", "10.1.2.3:80", "localhost:8001");

    @ParameterizedTest
    @CsvSource({
        "/login?x=1#top, /api/v1/namespaces/n/pods/p/proxy/login?x=1#top",
        "http://10.1.2.3:80/login, /api/v1/namespaces/n/pods/p/proxy/login",
        "http://localhost:8001/login, http://localhost:8001/api/v1/namespaces/n/pods/p/proxy/login",
        "/api/v1/namespaces/n/pods/p/proxy/there, /api/v1/namespaces/n/pods/p/proxy/there",
        "https://example.com/login, https://example.com/login",
        "login, login",
        "#top, #top",
        "mailto:a@example.com, mailto:a@example.com",
    })
    void leadThroughTheProxyAgain(String link, String expected) {
        assertThat(links.link(link)).isEqualTo(expected);
    }

    @Test
    void ofPagesAreFoundInTheAttributesThatHaveThem() {
        assertThat(links.page("<p title='/a'>/b <A class=x HREF=\"/c\">d</A><img alt=\"/e\" src='/f'/><br></p>"))
                .isEqualTo("<p title='/a'>/b <A class=x HREF=\"/api/v1/namespaces/n/pods/p/proxy/c\">d</A>"
                        + "<img alt=\"/e\" src='/api/v1/namespaces/n/pods/p/proxy/f'/><br></p>");
    }
}
