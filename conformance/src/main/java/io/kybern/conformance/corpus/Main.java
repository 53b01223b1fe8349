package io.kybern.conformance.corpus;

import io.kybern.conformance.process.Address;
import io.kybern.conformance.process.JsonClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares two running servers: {@code DIRECTORY ORIGINAL-URL OUR-URL TOKEN [SAMPLES]}. The token is an administrator's of
 * both; nobody checks their certificates.
 */
public final class Main {
    private static final int SAMPLES = 60;

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<Definitions.Definition> definitions = Definitions.in(Path.of(args[0]));
        try (JsonClient original = new JsonClient(Address.of(URI.create(args[1]), args[3]));
                JsonClient ours = new JsonClient(Address.of(URI.create(args[2]), args[3]))) {
            int samples = args.length > 4 ? Integer.parseInt(args[4]) : SAMPLES;
            new Comparison(original, ours, samples, System.out).run(definitions);
        }
    }
}
