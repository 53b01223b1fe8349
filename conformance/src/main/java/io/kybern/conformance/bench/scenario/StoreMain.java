package io.kybern.conformance.bench.scenario;

import io.kybern.apiserver.heap.OldGeneration;
import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.embedded.EmbeddedOptions;
import io.kybern.apiserver.storage.embedded.EmbeddedStore;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.bench.load.Outcome;
import io.kybern.conformance.bench.load.Repeated;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The embedded store alone, and writers that call it: {@code StoreMain DIRECTORY}. For each line with a number of writers and of seconds
 * it prints how many writes there were, in how many nanoseconds, and the nanoseconds of each: the median, and what 99 % don't exceed.
 */
public final class StoreMain {
    private StoreMain() {}

    public static void main(String[] arguments) throws IOException {
        OldGeneration.keepSmall(); // as servers do
        StoreValues values = new StoreValues();
        try (EmbeddedStore store = EmbeddedStore.open(EmbeddedOptions.of(Path.of(arguments[0])));
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ");
                Outcome outcome = Repeated.run(
                        Integer.parseInt(words[0]),
                        Duration.ofSeconds(Long.parseLong(words[1])),
                        writer -> () -> write(store, values));
                System.out.println(
                        outcome.operations() + " " + outcome.elapsed().toNanos() + " "
                                + outcome.latencies().quantile(0.5).toNanos() + " "
                                + outcome.latencies().quantile(0.99).toNanos());
            }
        }
    }

    private static void write(EmbeddedStore store, StoreValues values) {
        if (!(store.commit(Write.put(values.key(), null, values.value())) instanceof CommitResult.Committed)) {
            throw new LoadException("a write that expects nothing was refused");
        }
    }
}
