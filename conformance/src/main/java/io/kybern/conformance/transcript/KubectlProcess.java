package io.kybern.conformance.transcript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs kubectl against one cluster, with a home of its own for its caches.
 *
 * @param program kubectl
 */
public record KubectlProcess(Path program, Path kubeconfig, Path home) {
    private static final int PATIENCE_SECONDS = 60;
    private static final Pattern VERSION = Pattern.compile("Client Version: v(\\d+\\.\\d+)");

    /** {@code 1.36}. */
    public String version() {
        Matcher version = VERSION.matcher(run("version --client", "").out());
        return version.find() ? version.group(1) : "";
    }

    /** @throws IllegalStateException if it doesn't end */
    public Outcome run(String command, String input) {
        try {
            return attempt(command, input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in: " + command, e);
        }
    }

    private Outcome attempt(String command, String input) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(CommandLine.words(command));
        Path in = Files.writeString(home.resolve("input"), input);
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(home.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IllegalStateException("no end after " + PATIENCE_SECONDS + " s: " + command);
        }
        return new Outcome(
                process.exitValue(), SteadyText.of(Files.readString(out)), SteadyText.of(Files.readString(err)));
    }
}
