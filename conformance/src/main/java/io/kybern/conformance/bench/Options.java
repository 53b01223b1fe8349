package io.kybern.conformance.bench;

import io.kybern.conformance.bench.scenario.ScenarioName;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is measured and how long.
 *
 * @param clients how many ask at once; empty: as many as the scenario is made for
 * @param rounds of which each server takes its turn in each
 */
record Options(
        ScenarioName scenario,
        OptionalInt clients,
        int rounds,
        Duration warmUp,
        Duration duration,
        Set<Contestant> contestants) {
    static String usage() {
        StringBuilder usage = new StringBuilder("Usage: kybern bench SCENARIO [FLAGS]\n\n");
        for (ScenarioName name : ScenarioName.values()) {
            usage.append("  %-20s %s (%d clients)%n".formatted(name.word(), name.about(), name.clients()));
        }
        usage.append("  %-20s what the heap grows by for each byte that is cached, and each custom kind%n"
                .formatted(HeapGrowth.WORD));
        usage.append("  %-20s microbenchmarks of custom resources; the arguments are JMH's%n".formatted("jmh"));
        return usage + FLAGS;
    }

    private static final String FLAGS = """

              --clients N                  how many ask at once
              --rounds N                   turns of each server (default 3)
              --seconds N                  length of a turn (default 10)
              --warm-up N                  seconds of load before the first turn (default 30)
              --only kybern|upstream       one of them alone

            UPSTREAM_BIN names the folder of the original's etcd and kube-apiserver; where they are missing they are built.""";

    Options {
        contestants = Set.copyOf(contestants);
    }

    static Options parse(List<String> arguments) {
        Iterator<String> words = arguments.iterator();
        ScenarioName scenario = choice(ScenarioName.class, words.next());
        OptionalInt clients = OptionalInt.empty();
        int rounds = 3;
        int seconds = 10;
        int warmUp = 30;
        Set<Contestant> contestants = EnumSet.allOf(Contestant.class);
        while (words.hasNext()) {
            String flag = words.next();
            switch (flag) {
                case "--clients" -> clients = OptionalInt.of(number(flag, words));
                case "--rounds" -> rounds = number(flag, words);
                case "--seconds" -> seconds = number(flag, words);
                case "--warm-up" -> warmUp = number(flag, words);
                case "--only" -> contestants = EnumSet.of(choice(Contestant.class, value(flag, words)));
                default -> throw new IllegalArgumentException("unknown flag " + flag + " (--help lists them)");
            }
        }
        return new Options(
                scenario, clients, rounds, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds), contestants);
    }

    private static String value(String flag, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(flag + " needs a value");
        }
        return words.next();
    }

    private static int number(String flag, Iterator<String> words) {
        String value = value(flag, words);
        if (!value.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(flag + " takes a number from 1, not " + value);
        }
        return Integer.parseInt(value);
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String word) {
        for (E value : type.getEnumConstants()) {
            if (word(value).equals(word)) {
                return value;
            }
        }
        List<String> known =
                Arrays.stream(type.getEnumConstants()).map(Options::word).toList();
        throw new IllegalArgumentException(word + " is none of " + String.join(", ", known));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
