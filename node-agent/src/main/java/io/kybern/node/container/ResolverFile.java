package io.kybern.node.container;

import io.kybern.node.runtime.SandboxSpec.Dns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The node's own {@code /etc/resolv.conf}. */
final class ResolverFile {
    private ResolverFile() {}

    static Dns read() {
        try {
            return parse(Files.readAllLines(Path.of("/etc/resolv.conf")));
        } catch (IOException e) {
            return new Dns(List.of(), List.of(), List.of());
        }
    }

    static Dns parse(List<String> lines) {
        List<String> servers = new ArrayList<>();
        List<String> searches = new ArrayList<>();
        List<String> options = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            List<String> rest = Arrays.asList(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> servers.addAll(rest);
                case "search" -> {
                    searches.clear();
                    searches.addAll(rest);
                }
                case "options" -> options.addAll(rest);
                default -> {
                    // Comments, and what no pod inherits.
                }
            }
        }
        return new Dns(servers, searches, options);
    }
}
