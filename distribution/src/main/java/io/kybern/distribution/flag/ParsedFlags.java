package io.kybern.distribution.flag;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a user gave, over the defaults. */
public final class ParsedFlags {
    private final Map<String, Flag> flags;
    private final Map<String, String> given;
    private final List<String> positional;

    ParsedFlags(Map<String, Flag> flags, Map<String, String> given, List<String> positional) {
        this.flags = Map.copyOf(flags);
        this.given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
        this.positional = List.copyOf(positional);
    }

    /** Arguments that are no flags. */
    public List<String> positional() {
        return positional;
    }

    /** The values that were given, by flag name, in the order of the command line. */
    public Map<String, String> given() {
        return given;
    }

    /** These values where they are given, those of {@code fallback} else. */
    public ParsedFlags over(ParsedFlags fallback) {
        Map<String, String> both = new LinkedHashMap<>(fallback.given);
        both.putAll(given);
        return new ParsedFlags(flags, both, positional);
    }

    /** The value or its default; empty where there is neither. */
    public String text(String name) {
        Flag flag = flags.get(name);
        if (flag == null) {
            throw new IllegalArgumentException("no flag --" + name);
        }
        return given.getOrDefault(name, flag.defaultValue());
    }

    public Optional<String> optional(String name) {
        return Optional.of(text(name)).filter(text -> !text.isEmpty());
    }

    public boolean isOn(String name) {
        return text(name).equals("true");
    }

    /** @throws FlagException if it is no number in the range */
    public int number(String name, int min, int max) {
        try {
            int number = Integer.parseInt(text(name));
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, together with the range.
        }
        throw new FlagException(
                "--" + name + " is a number from " + min + " to " + max + ", not \"" + text(name) + "\"");
    }

    /**
     * A value of a fixed set, by its name in lower case.
     *
     * @throws FlagException if it is another
     */
    public <E extends Enum<E>> E choice(String name, Class<E> type) {
        return Choice.of("--" + name, text(name), type);
    }

    /** @throws FlagException if arguments are left that the command has no use for */
    public void requireNoArguments(String command) {
        if (!positional.isEmpty()) {
            throw new FlagException("kybern " + command + " takes no argument \"" + positional.getFirst() + "\"");
        }
    }
}
