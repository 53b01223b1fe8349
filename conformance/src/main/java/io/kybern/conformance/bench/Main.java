package io.kybern.conformance.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.bench.scenario.Scenario;
import io.kybern.conformance.process.ServerStartException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code kybern bench}: exits with 2 for a wrong call and with 1 when a measurement failed. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
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
            return measure(Options.parse(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("kybern bench: " + e.getMessage());
            return 2;
        } catch (ServerStartException | LoadException | IOException e) {
            System.err.println("kybern bench: " + e.getMessage());
            return 1;
        }
    }

    /** One that fails doesn't keep the others from being measured. */
    private static int measure(Options options) throws IOException {
        Report report = new Report(System.out);
        List<Result> results = new ArrayList<>();
        int status = 0;
        for (Scenario scenario : options.scenarios()) {
            try {
                results.add(new Contest(options, scenario, report).run());
            } catch (ServerStartException | LoadException e) {
                System.err.println("kybern bench: " + scenario.word() + ": " + e.getMessage());
                status = 1;
            }
            if (options.json().isPresent()) {
                write(options.json().get(), results);
            }
        }
        report.table(results);
        return status;
    }

    private static void write(Path file, List<Result> results) throws IOException {
        new JsonMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(file.toFile(), results.stream().map(Report::json).toList());
    }
}
