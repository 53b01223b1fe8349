package io.kybern.apiserver.selector;

import io.kybern.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which fields an object must have: all terms hold; a field that it lacks is empty. Name and namespace come from its key, others from
 * what the cache extracted (k8s.io/apimachinery/pkg/fields). Which fields
 * a kind offers is checked by whoever knows the kind. Matching parses and allocates nothing.
 */
public record FieldSelector(List<Term> terms) {
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    /** One comparison. */
    public record Term(String field, boolean equal, String value) {
        public boolean matches(String actual) {
            return actual.equals(value) == equal;
        }

        /** As it is written in a query. */
        @Override
        public String toString() {
            String escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
            return field + (equal ? "=" : "!=") + escaped;
        }
    }

    public FieldSelector {
        terms = List.copyOf(terms);
    }

    /**
     * Reads {@code a=b,c==d,e!=f}; in values {@code \,}, {@code \=} and {@code \\} stand for the characters.
     *
     * @throws SelectorException with kube-apiserver's text
     */
    public static FieldSelector parse(String text) {
        List<Term> terms = new ArrayList<>();
        for (String part : split(text).stream().sorted().toList()) {
            if (!part.isEmpty()) {
                terms.add(term(text, part));
            }
        }
        return terms.isEmpty() ? EVERYTHING : new FieldSelector(terms);
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!escaped && c == ',') {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
            escaped = !escaped && c == '\\';
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Term term(String selector, String part) {
        for (int i = 0; i < part.length(); i++) {
            for (String operator : List.of("!=", "==", "=")) {
                if (part.startsWith(operator, i)) {
                    String value = unescape(part.substring(i + operator.length()));
                    return new Term(part.substring(0, i), !operator.equals("!="), value);
                }
            }
        }
        throw new SelectorException("invalid selector: '" + selector + "'; can't understand '" + part + "'");
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',' || c == '=') {
                throw new SelectorException("invalid field selector: unescaped character in value: " + (int) c);
            }
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            int behind = Math.min(i + 1, text.length());
            String next = behind == text.length() ? "" : Character.toString(text.codePointAt(behind));
            if (!next.equals("\\") && !next.equals(",") && !next.equals("=")) {
                throw new SelectorException("invalid field selector: invalid escape sequence: \\" + next);
            }
            plain.append(next);
            i++;
        }
        return plain.toString();
    }

    public boolean matches(StoredObject object) {
        for (int i = 0; i < terms.size(); i++) {
            Term term = terms.get(i);
            if (!term.matches(value(object, term.field()))) {
                return false;
            }
        }
        return true;
    }

    private static String value(StoredObject object, String field) {
        return switch (field) {
            case "metadata.name" -> object.key().name();
            case "metadata.namespace" -> object.key().namespace();
            default -> object.fields().getOrDefault(field, "");
        };
    }

    /** The one value that a field must have, if the selector says so. */
    public Optional<String> requiredValue(String field) {
        return terms.stream()
                .filter(term -> term.equal() && term.field().equals(field))
                .map(Term::value)
                .findFirst();
    }

    /** The fields that it asks for, in its order. */
    public List<String> fieldNames() {
        return terms.stream().map(Term::field).distinct().toList();
    }

    /** Whether every object matches. */
    public boolean isEmpty() {
        return terms.isEmpty();
    }

    /** As it is written in a query. */
    @Override
    public String toString() {
        return String.join(",", terms.stream().map(Term::toString).toList());
    }
}
