package io.kybern.apiserver.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.http.RequestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyPathTest {
    private static RequestInfo info(String path) {
        return RequestInfo.of(ApiRequest.of("GET", path, new Headers(), Peer.local()));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/namespaces/n/pods/p/proxy, ''",
        "/api/v1/namespaces/n/pods/p/proxy/, /",
        "/api/v1/namespaces/n/pods/p/proxy/a/b, /a/b",
        "/api/v1/namespaces/n/pods/p/proxy/a/b/, /a/b/",
        "/api/v1/namespaces/n/pods/p:80/proxy/a%20b, /a b",
        "/api/v1/namespaces/n/pods/p/proxy/a/../b, /b",
        "/api/v1/nodes/n/proxy/healthz, /healthz",
    })
    void isWhatFollows(String path, String expected) {
        assertThat(ProxyPath.of(info(path))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"/a b, /a%20b", "/a?b, /a%3Fb", "/ü, /%C3%BC", "/a+b:c@d;e=f$&~, /a+b:c@d;e=f$&~", "/(x)!, /%28x%29%21"
    })
    void isEscapedAsByGo(String path, String expected) {
        assertThat(ProxyPath.escape(path)).isEqualTo(expected);
    }
}
