package io.kybern.apiserver.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.kybern.tls.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A webhook behind real TLS at a random port of this machine, which answers whatever a test says. */
public final class TestHook implements AutoCloseable {
    /** Answers one request; what it leaves open is closed. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private final Pki pki;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public TestHook(Answer answer) {
        this(answer, List.of("localhost", "127.0.0.1"));
    }

    /** @param names that its certificate is for */
    public TestHook(Answer answer, List<String> names) {
        this(answer, Pki.inMemory(InstantSource.system()), names);
    }

    /** @param pki whose authority vouches for it */
    TestHook(Answer answer, Pki pki, List<String> names) {
        this.pki = pki;
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            Credential own = pki.serving(names);
            server.setHttpsConfigurator(new HttpsConfigurator(TestTls.serving(own.certificate(), own.key())));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer.to(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return "https://localhost:" + port() + path;
    }

    /** Base64 of the certificate that vouches for it. */
    public String caBundle() {
        return Base64.getEncoder()
                .encodeToString(pki.authority().certificatePem().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
