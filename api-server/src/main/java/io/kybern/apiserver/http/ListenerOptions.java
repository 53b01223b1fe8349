package io.kybern.apiserver.http;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.TrustOptions;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509TrustManager;

/** How the listener speaks TLS and HTTP: who shows which certificate, and how much a client may send. */
final class ListenerOptions {
    /** Vert.x lets listeners share a free port if they ask for the same negative one, but each has its own for 0. */
    private static final int ANY_SHARED_PORT = -1;

    private static final int MAX_HEADERS = 1 << 20;
    private static final int MAX_URL = 1 << 16;

    private ListenerOptions() {}

    /** Loads BoringSSL if the application brings it. */
    static void loadLibraries() {
        OpenSSLEngineOptions.isAvailable();
    }

    static HttpServerOptions of(VertxListener.Listen listen) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(listen.host())
                .setPort(listen.port() == 0 ? ANY_SHARED_PORT : listen.port())
                .setSsl(true)
                .setSslEngineOptions(engine())
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setClientAuth(io.vertx.core.http.ClientAuth.REQUEST)
                .setTrustOptions(TrustOptions.wrap(new AskForCertificate(listen.clientAuthority())))
                .setKeyCertOptions(KeyCertOptions.wrap(new ServingKey(listen.credential())))
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxInitialLineLength(MAX_URL)
                .setMaxWebSocketFrameSize(4 << 20)
                .setMaxWebSocketMessageSize(16 << 20)
                .setWebSocketSubProtocols(List.of("*")) // WebSockets leaves but the chosen one in the offer
                // as the original; its handlers would look at each piece of every body, too
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setHandle100ContinueAutomatically(true)
                .setTcpFastOpen(false);
        options.getInitialSettings().setMaxConcurrentStreams(250).setMaxHeaderListSize(MAX_HEADERS);
        options.setHttp2ConnectionWindowSize(8 << 20);
        return options;
    }

    /** BoringSSL where the application brings it: it encrypts between buffers off the heap, which saves two copies of each byte. */
    private static SSLEngineOptions engine() {
        return OpenSSLEngineOptions.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions();
    }

    /** Asks each client for a certificate of our authority and takes any: the authenticator judges it. */
    private record AskForCertificate(X509Certificate authority) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType)
                throws java.security.cert.CertificateException {
            throw new java.security.cert.CertificateException("this is a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {authority};
        }
    }
}
