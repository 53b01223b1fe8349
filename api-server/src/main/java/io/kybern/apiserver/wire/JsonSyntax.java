package io.kybern.apiserver.wire;

import io.kybern.crd.field.FieldErrors;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Says what is wrong with malformed JSON in the words of Go's scanner. Runs only on documents that the parser has
 * refused, so that the way of a good one stays short. Source of states and texts: {@code encoding/json}'s scanner.
 */
public final class JsonSyntax {
    /**
     * How deep a document may be. Go's scanner goes to 10,000, on a stack that grows; what works on a document here has
     * one of fixed size.
     */
    static final int MAX_DEPTH = 300;

    private static final String VALUE = "looking for beginning of value";
    private static final String KEY = "looking for beginning of object key string";

    private final byte[] json;
    private final Deque<Boolean> objects = new ArrayDeque<>();
    private int at;

    private JsonSyntax(byte[] json) {
        this.json = json;
    }

    /** The complaint about the first bad byte; empty if Go would take the document. */
    public static Optional<String> error(byte[] json) {
        try {
            new JsonSyntax(json).document();
            return Optional.empty();
        } catch (Malformed e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static final class Malformed extends Exception {
        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    private void document() throws Malformed {
        boolean value = true;
        while (value) {
            value = value();
            while (!value && !objects.isEmpty()) {
                value = afterElement();
            }
        }
        if (space()) {
            throw unexpected("after top-level value");
        }
    }

    /** Reads a scalar, or the head of a container; true: another value must follow. */
    private boolean value() throws Malformed {
        switch (visible()) {
            case '{' -> {
                open(true);
                if (visible() == '}') {
                    return close();
                }
                key();
                return true;
            }
            case '[' -> {
                open(false);
                return visible() == ']' ? close() : true;
            }
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw unexpected(VALUE);
        }
        return false;
    }

    private void open(boolean object) throws Malformed {
        objects.push(object);
        if (objects.size() > MAX_DEPTH) {
            throw unexpected("exceeded max depth");
        }
        at++;
    }

    private boolean close() {
        objects.pop();
        at++;
        return false;
    }

    /** What follows an element of the innermost container; true: another element must follow. */
    private boolean afterElement() throws Malformed {
        boolean object = Boolean.TRUE.equals(objects.peek());
        int c = visible();
        if (c == (object ? '}' : ']')) {
            return close();
        }
        if (c != ',') {
            throw unexpected(object ? "after object key:value pair" : "after array element");
        }
        at++;
        if (object) {
            key();
        }
        return true;
    }

    private void key() throws Malformed {
        if (visible() != '"') {
            throw unexpected(KEY);
        }
        string();
        if (visible() != ':') {
            throw unexpected("after object key");
        }
        at++;
    }

    private void string() throws Malformed {
        for (at++; next() != '"'; at++) {
            if (next() < 0x20) {
                throw unexpected("in string literal");
            }
            if (next() == '\\') {
                at++;
                escape();
            }
        }
        at++;
    }

    private void escape() throws Malformed {
        if (inside() == 'u') {
            for (int i = 0; i < 4; i++) {
                at++;
                if (Character.digit(inside(), 16) < 0) {
                    throw unexpected("in \\u hexadecimal character escape");
                }
            }
        } else if ("bfnrt\\/\"".indexOf(inside()) < 0) {
            throw unexpected("in string escape code");
        }
    }

    private void literal(String word) throws Malformed {
        for (int i = 1; i < word.length(); i++) {
            at++;
            if (inside() != word.charAt(i)) {
                throw unexpected("in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
        }
        at++;
    }

    private void number() throws Malformed {
        if (next() == '-') {
            at++;
            digit("in numeric literal");
        }
        if (next() == '0') {
            at++;
        } else {
            digits();
        }
        if (at < json.length && json[at] == '.') {
            at++;
            digit("after decimal point in numeric literal");
            digits();
        }
        if (at < json.length && (json[at] | 0x20) == 'e') {
            at++;
            if (inside() == '+' || inside() == '-') {
                at++;
            }
            digit("in exponent of numeric literal");
            digits();
        }
    }

    private void digit(String context) throws Malformed {
        if (inside() < '0' || inside() > '9') {
            throw unexpected(context);
        }
    }

    private void digits() {
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
    }

    /** The byte here. */
    private int next() throws Malformed {
        if (at >= json.length) {
            throw new Malformed("unexpected end of JSON input");
        }
        return json[at] & 0xff;
    }

    /** The byte here where a token goes on; the end looks like a space to it. */
    private int inside() {
        return at >= json.length ? ' ' : json[at] & 0xff;
    }

    /** The first byte from here that is no white space. */
    private int visible() throws Malformed {
        space();
        return next();
    }

    /** Skips white space; whether anything follows it. */
    private boolean space() {
        while (at < json.length && " \t\r\n".indexOf(json[at]) >= 0) {
            at++;
        }
        return at < json.length;
    }

    private Malformed unexpected(String context) {
        int c = inside();
        String quoted = FieldErrors.quote(Character.toString(c));
        String shown = c == '\'' ? "\\'" : c == '"' ? "\"" : quoted.substring(1, quoted.length() - 1);
        return new Malformed("invalid character '" + shown + "' " + context);
    }
}
