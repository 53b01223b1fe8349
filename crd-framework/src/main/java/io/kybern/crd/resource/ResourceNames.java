package io.kybern.crd.resource;

import java.util.List;

/** The names under which a kind is served. {@code singular} may be empty where discovery leaves it empty. */
public record ResourceNames(
        String plural,
        String singular,
        String kind,
        String listKind,
        List<String> shortNames,
        List<String> categories) {
    public ResourceNames {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
    }
}
