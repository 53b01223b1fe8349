package io.kybern.crd.field;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Collects the complaints of one validation in the order in which they are found, with the texts of
 * {@code k8s.io/apimachinery/pkg/util/validation/field}. Not thread-safe; one per validation.
 */
public final class FieldErrors {
    /** Characters of all of them together; the original makes as many as it takes. */
    private static final long MOST_TEXT = 32L << 20;

    /** Says that there are more. */
    public static final String TOO_MANY = "Too many: the object has more errors than can be told";

    private final List<FieldError> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private long told;
    private boolean full;

    public void required(FieldPath path, String detail) {
        add(FieldError.Type.REQUIRED, path, detail.isEmpty() ? "Required value" : "Required value: " + detail);
    }

    /** @param value printed as Go's %v / %q does for the JSON type: strings quoted, objects as JSON */
    public void invalid(FieldPath path, @Nullable Object value, String detail) {
        add(FieldError.Type.INVALID, path, withValue("Invalid value", value, detail));
    }

    /** One complaint of {@link #invalid} for each detail. */
    public void invalidEach(FieldPath path, @Nullable Object value, List<String> details) {
        details.forEach(detail -> invalid(path, value, detail));
    }

    public void typeInvalid(FieldPath path, @Nullable Object value, String detail) {
        add(FieldError.Type.TYPE_INVALID, path, withValue("Invalid value", value, detail));
    }

    public void notFound(FieldPath path, @Nullable Object value) {
        add(FieldError.Type.NOT_FOUND, path, withValue("Not found", value, ""));
    }

    public void duplicate(FieldPath path, @Nullable Object value) {
        add(FieldError.Type.DUPLICATE, path, withValue("Duplicate value", value, ""));
    }

    public void forbidden(FieldPath path, String detail) {
        add(FieldError.Type.FORBIDDEN, path, "Forbidden: " + detail);
    }

    /** The supported values are listed in the order given: the original sorts some of its sets and not others. */
    public void notSupported(FieldPath path, @Nullable Object value, Collection<String> supported) {
        String list = supported.stream().map(FieldErrors::quote).collect(Collectors.joining(", "));
        add(
                FieldError.Type.NOT_SUPPORTED,
                path,
                withValue("Unsupported value", value, list.isEmpty() ? "" : "supported values: " + list));
    }

    public void tooLong(FieldPath path, int maxBytes) {
        String detail = maxBytes == 1 ? "may not be more than 1 byte" : "may not be more than " + maxBytes + " bytes";
        add(FieldError.Type.TOO_LONG, path, "Too long: " + detail);
    }

    public void tooMany(FieldPath path, int actual, int max) {
        String items = max == 1 ? "item" : "items";
        add(FieldError.Type.TOO_MANY, path, "Too many: " + actual + ": must have at most " + max + " " + items);
    }

    public void internal(FieldPath path, String detail) {
        add(FieldError.Type.INTERNAL, path, "Internal error: " + detail);
    }

    /** A complaint with a text that none of the other methods prints. */
    public void add(FieldError.Type type, FieldPath path, String message) {
        if (isRoom(path.length() + (long) message.length())) {
            errors.add(new FieldError(type, path.toString(), message));
        }
    }

    public void add(FieldError error) {
        if (isRoom(error.field().length() + (long) error.message().length())) {
            errors.add(error);
        }
    }

    /** Whether so many characters can still be told; the last complaint is that they can't. */
    private boolean isRoom(long characters) {
        told += characters;
        if (told > MOST_TEXT && !full) {
            full = true;
            errors.add(new FieldError(FieldError.Type.TOO_MANY, "<nil>", TOO_MANY));
        }
        return !full;
    }

    /** Tells of what is wrong but was before: the client is warned. */
    public void warn(String warning) {
        warnings.add(warning);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public boolean isEmpty() {
        return errors.isEmpty();
    }

    public int size() {
        return errors.size();
    }

    public List<FieldError> list() {
        return List.copyOf(errors);
    }

    private static String withValue(String text, @Nullable Object value, String detail) {
        String shown = text + ": " + print(value);
        return detail.isEmpty() ? shown : shown + ": " + detail;
    }

    /** The way {@code field.Error} prints a bad value. */
    public static String print(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case JsonNode node when node.isTextual() -> quote(node.textValue());
            case JsonNode node when node.isNull() || node.isMissingNode() -> "null";
            case JsonNode node when node.isContainerNode() -> escaped(node.toString());
            case JsonNode node -> node.toString();
            case CharSequence text -> quote(text.toString());
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            default -> quote(value.toString());
        };
    }

    /** JSON as Go prints it, safe within HTML. */
    private static String escaped(String json) {
        return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
    }

    /** Go's %q for the characters that occur in names and messages. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 7 -> out.append("\\a");
                case 8 -> out.append("\\b");
                case 12 -> out.append("\\f");
                case 11 -> out.append("\\v");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }
}
