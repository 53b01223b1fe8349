package io.kybern.conformance.transcript;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the commands of transcripts against a fresh cluster without controllers, in the order of the arguments, and writes what
 * they say into the same files. Arguments: kubectl, kubeconfig, transcripts.
 */
public final class Recorder {
    private Recorder() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 3) {
            System.err.println("usage: Recorder KUBECTL KUBECONFIG TRANSCRIPT...");
            System.exit(2);
        }
        Path home = Files.createTempDirectory("kubectl");
        KubectlProcess kubectl =
                new KubectlProcess(Path.of(arguments[0]), Path.of(arguments[1]).toAbsolutePath(), home);
        for (String file : List.of(arguments).subList(2, arguments.length)) {
            record(kubectl, Path.of(file));
        }
    }

    private static void record(KubectlProcess kubectl, Path file) throws IOException {
        List<Exchange> recorded = Transcript.parse(Files.readString(file)).stream()
                .map(exchange -> exchange.with(kubectl.run(exchange.command(), exchange.input())))
                .toList();
        Files.writeString(file, Transcript.format(recorded));
    }
}
