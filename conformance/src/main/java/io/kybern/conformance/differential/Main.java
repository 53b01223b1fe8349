package io.kybern.conformance.differential;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.conformance.process.JsonClient.Answer;
import io.kybern.conformance.process.KybernProcess;
import io.kybern.conformance.process.ServerStartException;
import io.kybern.conformance.process.UpstreamProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code kybern differ}: exits with 0 if all answers are alike, 1 if some are not, 2 for a wrong call. */
public final class Main {
    private static final String USAGE = """
            Usage: kybern differ [FLAGS]

              --tries N        mutated requests for each kind and verb (default 20)
              --seed N         of the first one (default 1)
              --kinds PATTERN  only resources that match, such as 'pods|.*\\.apps'
              --verbs A,B      of create, update, status, merge, strategic, apply

            UPSTREAM_BIN names the folder of the original's etcd and kube-apiserver; where they are missing they are built.""";

    private int tries = 20;
    private long seed = 1;
    private String kinds = ".*";
    private List<Verb> verbs = List.of(Verb.values());

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            System.out.println(USAGE);
            return 0;
        }
        try {
            Main main = new Main();
            main.read(arguments.iterator());
            Tally tally = main.compare();
            tally.print(System.out);
            return tally.differing() == 0 ? 0 : 1;
        } catch (IllegalArgumentException e) {
            System.err.println("kybern differ: " + e.getMessage());
            return 2;
        } catch (ServerStartException e) {
            System.err.println("kybern differ: " + e.getMessage());
            return 1;
        }
    }

    private void read(Iterator<String> words) {
        while (words.hasNext()) {
            String flag = words.next();
            if (!words.hasNext()) {
                throw new IllegalArgumentException(flag + " needs a value (--help lists all flags)");
            }
            String value = words.next();
            switch (flag) {
                case "--tries" -> tries = Integer.parseInt(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--kinds" -> kinds = value;
                case "--verbs" ->
                    verbs = Stream.of(value.split(","))
                            .map(verb -> Verb.valueOf(verb.toUpperCase(Locale.ROOT)))
                            .toList();
                default -> throw new IllegalArgumentException("unknown flag " + flag + " (--help lists them)");
            }
        }
    }

    private Tally compare() {
        Path root =
                Path.of(Optional.ofNullable(System.getProperty("kybern.root")).orElse(""));
        List<Subject> subjects = Subject.all(root.resolve("api-server/src/test/resources/golden")).stream()
                .filter(subject -> subject.resource().matches(kinds))
                .toList();
        Path directory = temporary();
        try (Server kybern = new Server(KybernProcess.start(directory.resolve("kybern")));
                Server original = new Server(UpstreamProcess.start(directory.resolve("original")))) {
            Tally tally = new Tally();
            List<Server> both = List.of(kybern, original);
            both.forEach(server -> server.ask(
                    "POST",
                    "/api/v1/namespaces",
                    "application/json",
                    "{\"metadata\":{\"name\":\"" + Subject.NAMESPACE + "\"}}"));
            both.forEach(server -> server.ask(
                    "POST",
                    "/api/v1/namespaces/" + Subject.NAMESPACE + "/serviceaccounts",
                    "application/json",
                    "{\"metadata\":{\"name\":\"default\"}}"));
            for (Subject subject : subjects) {
                System.err.println(" • " + subject);
                compare(subject, kybern, original, tally);
            }
            return tally;
        } finally {
            delete(directory);
        }
    }

    private void compare(Subject subject, Server kybern, Server original, Tally tally) {
        Map<Server, ObjectNode> stored = new HashMap<>();
        for (Server server : List.of(kybern, original)) {
            ObjectNode body = subject.objects().getFirst();
            Answer made = server.ask("POST", subject.collection(), "application/json", body.toString());
            if (made.code() == 201 || made.code() == 409) {
                String name = made.code() == 201
                        ? made.object().path("metadata").path("name").asText()
                        : body.path("metadata").path("name").asText();
                stored.put(server, server.fetch(subject.collection() + "/" + name));
            }
        }
        Map<Server, String> paths = new HashMap<>();
        stored.forEach((server, object) -> paths.put(
                server,
                subject.collection() + "/"
                        + object.path("metadata").path("name").asText()));
        for (Verb verb : verbs) {
            boolean possible = verb == Verb.CREATE
                    || stored.size() == 2
                            && (verb != Verb.STATUS || subject.status().isPresent());
            for (int i = 0; possible && i < tries; i++) {
                long number = seed + i;
                if (verb.sendsStored()) { // which the servers' own controllers may change meanwhile
                    paths.forEach((server, path) -> stored.put(server, server.fetch(path)));
                }
                Answer ours = send(subject, verb, number, kybern, stored);
                Answer theirs = send(subject, verb, number, original, stored);
                List<String> differences =
                        Reply.of(ours.code(), ours.body()).differences(Reply.of(theirs.code(), theirs.body()));
                tally.add(
                        subject,
                        verb,
                        "--seed " + number + ": " + sent(subject, verb, number, original, stored),
                        differences);
            }
        }
    }

    private static Answer send(Subject subject, Verb verb, long number, Server server, Map<Server, ObjectNode> stored) {
        String body = sent(subject, verb, number, server, stored);
        String item = verb == Verb.CREATE
                ? subject.collection()
                : subject.collection() + "/"
                        + base(server, stored).path("metadata").path("name").asText();
        return server.ask(verb.method(), verb.target(item), verb.contentType(), body);
    }

    private static ObjectNode base(Server server, Map<Server, ObjectNode> stored) {
        return stored.getOrDefault(server, Subject.JSON.createObjectNode());
    }

    private static String sent(Subject subject, Verb verb, long number, Server server, Map<Server, ObjectNode> stored) {
        if (verb == Verb.CREATE) {
            ObjectNode base =
                    subject.objects().get((int) (number % subject.objects().size()));
            return Mutation.of(renamed(base), number).toString();
        }
        ObjectNode base = base(server, stored);
        return switch (verb) {
            case STATUS -> {
                ObjectNode object = base.deepCopy();
                subject.status().ifPresent(status -> object.set("status", status.deepCopy()));
                yield Mutation.of(object, number, "status").toString();
            }
            case UPDATE -> Mutation.of(base, number).toString();
            default -> {
                ObjectNode patch = Mutation.of(renamedBack(subject.objects().getFirst(), base), number);
                yield patch.toString();
            }
        };
    }

    /** What was sent when it was made, by the name that it got. */
    private static ObjectNode renamedBack(ObjectNode body, ObjectNode stored) {
        ObjectNode out = body.deepCopy();
        out.put("kind", stored.path("kind").asText())
                .put("apiVersion", stored.path("apiVersion").asText());
        out.withObject("/metadata")
                .put("name", stored.path("metadata").path("name").asText())
                .remove("generateName");
        return out;
    }

    /** By another name than the stored one, where names are free. */
    private static ObjectNode renamed(ObjectNode body) {
        ObjectNode out = body.deepCopy();
        if (out.path("metadata") instanceof ObjectNode metadata
                && metadata.path("name").asText().matches("[a-z][a-z0-9-]*")) {
            metadata.put("name", metadata.path("name").asText() + "-2");
        }
        return out;
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("kybern-differ-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
