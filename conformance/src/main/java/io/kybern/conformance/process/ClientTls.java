package io.kybern.conformance.process;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How clients encrypt, by the version of HTTP that they speak.
 *
 * @param http1 offers HTTP/1.1 alone
 * @param http2 offers HTTP/2 alone
 */
public record ClientTls(SslContext http1, SslContext http2) {
    /** Servers choose by their own taste; the same work for both. */
    private static final String CIPHER = "TLS_AES_128_GCM_SHA256";

    /** Shows no certificate. */
    static final ClientTls ANONYMOUS = of(null);

    /** @param identity the client's certificate, if it shows one */
    static ClientTls of(@Nullable KeyManager identity) {
        return new ClientTls(
                context(identity, ApplicationProtocolNames.HTTP_1_1),
                context(identity, ApplicationProtocolNames.HTTP_2));
    }

    private static SslContext context(@Nullable KeyManager identity, String protocol) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient();
            if (identity != null) {
                builder.keyManager(identity);
            }
            return builder.sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .protocols("TLSv1.3")
                    .ciphers(List.of(CIPHER))
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            protocol))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }
}
