package io.kybern.conformance.bench;

import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.process.ServerStartException;
import java.util.List;

/** {@code kybern bench}: exits with 2 for a wrong call and with 1 when the measurement failed. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        if (arguments.isEmpty() || arguments.contains("--help") || arguments.contains("-h")) {
            System.out.println(Options.usage());
            return arguments.isEmpty() ? 2 : 0;
        }
        try {
            if (arguments.equals(List.of(HeapGrowth.WORD))) {
                new HeapGrowth(System.out).run();
                return 0;
            }
            Options options = Options.parse(arguments);
            Report report = new Report(System.out);
            new Contest(options, report).run();
            return 0;
        } catch (IllegalArgumentException e) {
            System.err.println("kybern bench: " + e.getMessage());
            return 2;
        } catch (ServerStartException | LoadException e) {
            System.err.println("kybern bench: " + e.getMessage());
            return 1;
        }
    }
}
