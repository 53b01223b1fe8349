package io.kybern.node.probe;

import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Carries out {@link Handler}s; calls block for as long as their timeout. */
public final class HandlerRunner {
    private final ContainerRuntime runtime;

    public HandlerRunner(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /** @param output why it failed, or what it said */
    record Outcome(boolean success, String output) {}

    Outcome run(Handler handler, String containerId, String podAddress, Duration timeout) {
        try {
            return switch (handler) {
                case Handler.Exec exec -> exec(exec, containerId, timeout);
                case Handler.Http http -> http(http, podAddress, timeout);
                case Handler.Tcp tcp -> tcp(tcp, podAddress, timeout);
                case Handler.Sleep sleep -> {
                    LockSupport.parkNanos(
                            Math.min(Duration.ofSeconds(sleep.seconds()).toNanos(), timeout.toNanos()));
                    yield new Outcome(true, "");
                }
                case Handler.Unsupported unsupported ->
                    new Outcome(false, "handlers of kind " + unsupported.kind() + " are not supported by this node");
            };
        } catch (IOException | ContainerFailure | IllegalArgumentException e) {
            return new Outcome(false, String.valueOf(e.getMessage()));
        }
    }

    private Outcome exec(Handler.Exec exec, String containerId, Duration timeout) {
        var result = runtime.exec(containerId, exec.command(), timeout);
        return new Outcome(result.exitCode() == 0 && !result.timedOut(), result.output());
    }

    private static Outcome tcp(Handler.Tcp tcp, String podAddress, Duration timeout) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(tcp.host().isEmpty() ? podAddress : tcp.host(), tcp.port()), (int)
                    timeout.toMillis());
            return new Outcome(true, "");
        }
    }

    private static Outcome http(Handler.Http http, String podAddress, Duration timeout) throws IOException {
        String host = http.host().isEmpty() ? podAddress : http.host();
        URI uri = URI.create((http.tls() ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host)
                + ":" + http.port() + http.path());
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        if (connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(trusting().getSocketFactory());
            secure.setHostnameVerifier((name, session) -> true);
        }
        connection.setConnectTimeout((int) timeout.toMillis());
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setRequestProperty("User-Agent", "kube-probe/1.36");
        connection.setRequestProperty("Accept", "*/*");
        for (HTTPHeader header : http.headers()) {
            connection.setRequestProperty(header.getName(), header.getValue());
        }
        try {
            int code = connection.getResponseCode();
            return code >= 200 && code < 400
                    ? new Outcome(true, "")
                    : new Outcome(false, "HTTP probe failed with statuscode: " + code);
        } finally {
            connection.disconnect();
        }
    }

    /** A probe asks whether the container answers, not who it is: upstream does not verify either. */
    private static SSLContext trusting() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
