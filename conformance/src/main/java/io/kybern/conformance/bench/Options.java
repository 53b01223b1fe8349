package io.kybern.conformance.bench;

import io.kybern.conformance.bench.scenario.Contestant;
import io.kybern.conformance.bench.scenario.Scenario;
import io.kybern.conformance.bench.scenario.Scenarios;
import io.kybern.conformance.process.RunningServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is measured and how long.
 *
 * @param clients how many ask at once; empty: as many as each scenario is made for
 * @param rounds of which each contestant takes its turn in each
 * @param contestants one, or two of which the first is compared with the second
 * @param json where the figures are written to, too
 */
record Options(
        List<Scenario> scenarios,
        OptionalInt clients,
        int rounds,
        Duration warmUp,
        Duration duration,
        List<Contestant> contestants,
        Optional<Path> json) {
    private static final String ALL = "all";

    private static final String FLAGS = """

              --clients N                  how many ask at once
              --rounds N                   turns of each server (default 3)
              --seconds N                  length of a turn (default 10)
              --warm-up N                  seconds of load before the first turn (default 30)
              --kinds N                    how many custom kinds, where some are defined (default 500)
              --only kybern|upstream       one of them alone
              --against FILE[#CONTEXT]     a server that runs, by its kubeconfig, in place of the original; twice: two of them.
                                           What they cost can't be known
              --json FILE                  write all figures of all turns there, too

            UPSTREAM_BIN names the folder of the original's etcd and kube-apiserver; where they are missing they are built.""";

    Options {
        scenarios = List.copyOf(scenarios);
        contestants = List.copyOf(contestants);
    }

    static String usage() {
        StringBuilder usage = new StringBuilder("Usage: kybern bench SCENARIO... [FLAGS]\n\n");
        for (Scenario scenario : Scenarios.ALL) {
            usage.append("  %-20s %s (%d clients)%n".formatted(scenario.word(), scenario.about(), scenario.clients()));
        }
        usage.append("  %-20s one after the other%n".formatted(ALL));
        usage.append("  %-20s what the heap grows by for each byte that is cached, and each custom kind%n"
                .formatted(HeapGrowth.WORD));
        usage.append("  %-20s microbenchmarks of custom resources; the arguments are JMH's%n".formatted("jmh"));
        return usage + FLAGS;
    }

    /** @throws IllegalArgumentException with what is wrong */
    static Options parse(List<String> arguments) {
        Iterator<String> words = arguments.iterator();
        List<Scenario> scenarios = new ArrayList<>();
        OptionalInt clients = OptionalInt.empty();
        int rounds = 3;
        int seconds = 10;
        int warmUp = 30;
        OptionalInt kinds = OptionalInt.empty();
        List<Contestant> only = List.of();
        List<Contestant> running = new ArrayList<>();
        Optional<Path> json = Optional.empty();
        while (words.hasNext()) {
            String word = words.next();
            switch (word) {
                case "--clients" -> clients = OptionalInt.of(number(word, words));
                case "--rounds" -> rounds = number(word, words);
                case "--seconds" -> seconds = number(word, words);
                case "--warm-up" -> warmUp = number(word, words);
                case "--kinds" -> kinds = OptionalInt.of(number(word, words));
                case "--only" -> only = List.of(own(value(word, words)));
                case "--against" -> running.add(running(value(word, words)));
                case "--json" -> json = Optional.of(Path.of(value(word, words)));
                default -> scenarios.addAll(scenarios(word));
            }
        }
        if (scenarios.isEmpty()) {
            throw new IllegalArgumentException("which scenario? (--help lists them)");
        }
        return new Options(
                kinds.isPresent() ? ofKinds(scenarios, kinds.getAsInt()) : scenarios,
                clients,
                rounds,
                Duration.ofSeconds(warmUp),
                Duration.ofSeconds(seconds),
                contestants(only, running),
                json);
    }

    private static List<Scenario> ofKinds(List<Scenario> scenarios, int kinds) {
        return scenarios.stream().map(scenario -> scenario.ofKinds(kinds)).toList();
    }

    private static List<Contestant> contestants(List<Contestant> only, List<Contestant> running) {
        if (!only.isEmpty() && !running.isEmpty()) {
            throw new IllegalArgumentException("--only and --against exclude each other");
        }
        return switch (running.size()) {
            case 0 -> only.isEmpty() ? List.of(Contestant.KYBERN, Contestant.UPSTREAM) : only;
            case 1 -> List.of(Contestant.KYBERN, running.getFirst());
            case 2 -> running;
            default -> throw new IllegalArgumentException("--against takes two servers at most");
        };
    }

    private static List<Scenario> scenarios(String word) {
        if (word.equals(ALL)) {
            return Scenarios.ALL;
        }
        return List.of(Scenarios.named(word)
                .orElseThrow(() ->
                        new IllegalArgumentException((word.startsWith("-") ? "unknown flag " : "unknown scenario ")
                                + word + " (--help lists them)")));
    }

    private static Contestant own(String word) {
        return switch (word) {
            case "kybern" -> Contestant.KYBERN;
            case "upstream" -> Contestant.UPSTREAM;
            default -> throw new IllegalArgumentException("--only takes kybern or upstream, not " + word);
        };
    }

    private static Contestant running(String text) {
        int context = text.lastIndexOf('#');
        return new Contestant.Running(
                context < 0
                        ? RunningServer.of(Path.of(text), null)
                        : RunningServer.of(Path.of(text.substring(0, context)), text.substring(context + 1)));
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
}
