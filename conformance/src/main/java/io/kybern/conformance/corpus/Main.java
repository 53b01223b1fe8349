package io.kybern.conformance.corpus;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Compares two running servers: {@code DIRECTORY ORIGINAL-URL OUR-URL TOKEN [SAMPLES]}. The token is an administrator's of
 * both; nobody checks their certificates.
 */
public final class Main {
    private static final int SAMPLES = 60;

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException, GeneralSecurityException {
        System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        List<Definitions.Definition> definitions = Definitions.in(Path.of(args[0]));
        new Comparison(
                        new Server(URI.create(args[1]), args[3], tls),
                        new Server(URI.create(args[2]), args[3], tls),
                        args.length > 4 ? Integer.parseInt(args[4]) : SAMPLES,
                        System.out)
                .run(definitions);
    }
}
