package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.pki.Pki;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

class ListenerOptionsTest {
    private final Pki pki = Pki.inMemory(InstantSource.system());

    private HttpServerOptions options(int port) {
        return ListenerOptions.of(new VertxListener.Listen(
                "127.0.0.1",
                port,
                pki.serving(List.of("127.0.0.1")),
                pki.authority().certificate()));
    }

    @Test
    void anyPortIsOneForAllEventLoops() {
        assertThat(options(0).getPort()).isNegative();
        assertThat(options(6443).getPort()).isEqualTo(6443);
    }

    @Test
    void clientsAreAskedForACertificateOfTheAuthorityAndMayShowAnyOrNone() throws Exception {
        HttpServerOptions options = options(0);
        assertThat(options.getClientAuth()).isEqualTo(ClientAuth.REQUEST);
        X509TrustManager trust = trust(options);
        assertThat(trust.getAcceptedIssuers()).containsExactly(pki.authority().certificate());
        X509Certificate[] foreign = {
            Pki.inMemory(InstantSource.system()).authority().certificate()
        };
        assertThatCode(() -> trust.checkClientTrusted(foreign, "EC")).doesNotThrowAnyException();
        assertThatThrownBy(() -> trust.checkServerTrusted(foreign, "EC")).isInstanceOf(CertificateException.class);
    }

    private static X509TrustManager trust(HttpServerOptions options) throws Exception {
        Vertx vertx = EventLoops.one();
        try {
            return (X509TrustManager)
                    options.getTrustOptions().getTrustManagerFactory(vertx).getTrustManagers()[0];
        } finally {
            vertx.close();
        }
    }
}
