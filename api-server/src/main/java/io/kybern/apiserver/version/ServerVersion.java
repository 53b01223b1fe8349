package io.kybern.apiserver.version;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Which API this server speaks, and what it runs on. Clients parse {@link #GIT_VERSION} as a semantic version. */
public final class ServerVersion {
    public static final String MAJOR = "1";
    public static final String MINOR = "36";
    public static final String GIT_VERSION = "v1.36.3+kybern";
    /** The oldest version whose behaviour is kept. */
    private static final String OLDEST_MINOR = "35";

    private static final String NO_COMMIT = "0".repeat(40);
    private static final String NO_DATE = "1970-01-01T00:00:00Z";

    private ServerVersion() {}

    /** What {@code /version} answers. Source: apimachinery/pkg/version.Info. */
    public static ObjectNode info() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("major", MAJOR)
                .put("minor", MINOR)
                .put("emulationMajor", MAJOR)
                .put("emulationMinor", MINOR)
                .put("minCompatibilityMajor", MAJOR)
                .put("minCompatibilityMinor", OLDEST_MINOR)
                .put("gitVersion", GIT_VERSION)
                .put("gitCommit", NO_COMMIT)
                .put("gitTreeState", "clean")
                .put("buildDate", NO_DATE)
                .put("goVersion", runtime())
                .put("compiler", "javac")
                .put("platform", platform());
    }

    /** The runtime, where the original names Go's. */
    public static String runtime() {
        return "java" + Runtime.version().feature();
    }

    private static String platform() {
        String architecture = System.getProperty("os.arch", "unknown");
        String system = System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT);
        return (system.startsWith("mac") ? "darwin" : system.split(" ")[0]) + "/"
                + (architecture.equals("aarch64") ? "arm64" : architecture);
    }
}
