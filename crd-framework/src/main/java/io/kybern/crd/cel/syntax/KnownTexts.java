package io.kybern.crd.cel.syntax;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What texts came to when they were parsed, of those that were asked for last: the kinds of one provider have the same
 * rules over and over, and a kind's rules are parsed when it is defined and again when it is used. Thread-safe.
 */
final class KnownTexts {
    private static final int KEPT = 512;
    /** UTF-16 units. What is longer is rare, and its tree is large. */
    private static final int LONGEST = 1_000;

    private final Map<String, Expr> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Expr> eldest) {
            return size() > KEPT;
        }
    };

    synchronized @Nullable Expr get(String text) {
        return known.get(text);
    }

    void put(String text, Expr parsed) {
        if (text.length() <= LONGEST) {
            synchronized (this) {
                known.put(text, parsed);
            }
        }
    }
}
