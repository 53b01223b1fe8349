package io.kybern.apiserver.introspection;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.negotiation.Encoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * {@code /debug/pprof/}: what the process is doing, of the original's profiles those that a Java process has: the stacks of
 * all threads ({@code goroutine}) and the objects in memory by class ({@code heap}), both as text.
 */
public final class ProfilesEndpoint implements PathEndpoint {
    public static final String PATH = "/debug/pprof";

    private static final String INDEX = """
            <html><head><title>/debug/pprof/</title></head><body>/debug/pprof/
            <p>Profiles: <a href="goroutine">goroutine</a> (stacks of threads), <a href="heap">heap</a> (objects by class)</p>
            </body></html>
            """;

    @Override
    public ApiResponse serve(ApiRequest request) {
        String profile = request.path().substring(PATH.length());
        return switch (profile) {
            case "", "/" -> page("text/html; charset=utf-8", INDEX);
            case "/goroutine" -> page("text/plain; charset=utf-8", threads());
            case "/heap" -> page("text/plain; charset=utf-8", heap());
            default -> PathEndpoint.notFound();
        };
    }

    private static ApiResponse page(String mediaType, String text) {
        return ApiResponse.Full.of(
                200,
                Encoder.contentType(mediaType).add("X-Content-Type-Options", "nosniff"),
                text.getBytes(StandardCharsets.UTF_8));
    }

    /** Virtual threads are only in a dump that goes to a file. */
    private static String threads() {
        MustWaitException.unlessMayBlock();
        try {
            Path directory = Files.createTempDirectory("kybern-threads-");
            Path file = directory.resolve("threads.txt");
            try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
                return Files.readString(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String heap() {
        MustWaitException.unlessMayBlock();
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException("the virtual machine tells nothing of its heap", e);
        }
    }
}
