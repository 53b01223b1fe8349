package io.kybern.distribution.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.kybern.crd.offline.DefinitionDiff;
import io.kybern.crd.offline.OfflineKind;
import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.flag.FlagException;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks definitions and objects of custom kinds without a cluster, with the messages of the server.
 *
 * <pre>
 * kybern crd lint FILE...          what a server would say of the definitions
 * kybern crd validate FILE...      what it would say of the objects, by the definitions among the files
 * kybern crd diff OLD NEW          what changes, and what of it may break somebody
 * </pre>
 */
final class CrdCommand implements Command {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Override
    public String name() {
        return "crd";
    }

    @Override
    public String arguments() {
        return "lint|validate|diff FILE...";
    }

    @Override
    public String summary() {
        return "check custom resource definitions and objects without a cluster";
    }

    @Override
    public FlagSet flags() {
        return new FlagSet(List.of());
    }

    /** An object with the file that it is from. */
    private record Document(String file, ObjectNode object) {
        boolean isDefinition() {
            return object.path("kind").asText().equals("CustomResourceDefinition");
        }

        String title() {
            return file + ": " + object.path("kind").asText() + " "
                    + object.path("metadata").path("name").asText();
        }
    }

    @Override
    public int run(ParsedFlags flags, Console console) {
        List<String> words = flags.positional();
        if (words.size() < 2) {
            throw new FlagException("crd needs one of lint, validate, diff, and files");
        }
        List<Document> documents = new ArrayList<>();
        for (String file : words.subList(1, words.size())) {
            documents.addAll(read(file));
        }
        return switch (words.getFirst()) {
            case "lint" -> lint(documents, console);
            case "validate" -> validate(documents, console);
            case "diff" -> diff(documents, console);
            default -> throw new FlagException("crd knows lint, validate and diff, not " + words.getFirst());
        };
    }

    private static List<Document> read(String file) {
        try {
            List<Document> documents = new ArrayList<>();
            for (JsonNode node : YAML.readerFor(JsonNode.class)
                    .<JsonNode>readValues(Path.of(file).toFile())
                    .readAll()) {
                if (node instanceof ObjectNode object) {
                    documents.add(new Document(file, object));
                }
            }
            return documents;
        } catch (IOException e) {
            throw new ClusterException("can't read " + file + ": " + e.getMessage());
        }
    }

    private static int report(Document document, List<String> complaints, Console console) {
        console.out().println(document.title() + (complaints.isEmpty() ? ": ok" : ""));
        complaints.forEach(c -> console.out().println("  " + c.replace("\n", "\n  ")));
        return complaints.isEmpty() ? 0 : 1;
    }

    private static int lint(List<Document> documents, Console console) {
        int code = 0;
        for (Document document : documents) {
            if (document.isDefinition()) {
                code |= report(document, OfflineKind.lint(document.object()), console);
            }
        }
        return code;
    }

    private static int validate(List<Document> documents, Console console) {
        List<OfflineKind> kinds = new ArrayList<>();
        int code = 0;
        for (Document document : documents) {
            if (document.isDefinition()) {
                List<String> complaints = OfflineKind.lint(document.object());
                code |= report(document, complaints, console);
                if (complaints.isEmpty()) {
                    kinds.add(OfflineKind.of(document.object()));
                }
            }
        }
        for (Document document : documents) {
            if (!document.isDefinition()) {
                List<String> complaints = kinds.stream()
                        .filter(k -> k.describes(document.object()))
                        .findFirst()
                        .map(k -> k.validate(document.object()))
                        .orElseGet(() -> List.of("none of the definitions describes it"));
                code |= report(document, complaints, console);
            }
        }
        return code;
    }

    private static int diff(List<Document> documents, Console console) {
        List<Document> definitions =
                documents.stream().filter(Document::isDefinition).toList();
        if (definitions.size() != 2) {
            throw new FlagException("crd diff needs two definitions, not " + definitions.size());
        }
        List<DefinitionDiff.Change> changes = DefinitionDiff.between(
                definitions.get(0).object(), definitions.get(1).object());
        changes.forEach(console.out()::println);
        return changes.stream().anyMatch(DefinitionDiff.Change::breaking) ? 1 : 0;
    }
}
