package io.kybern.distribution.flag;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The flags of a command. Both {@code --name value} and {@code --name=value} are understood, {@code -x} stands for the
 * one flag whose name starts with that letter where it was declared so, and after {@code --} nothing is a flag.
 */
public final class FlagSet {
    private final Map<String, Flag> flags = new LinkedHashMap<>();
    private final Map<String, String> shorthands = new LinkedHashMap<>();

    public FlagSet(Collection<Flag> flags) {
        for (Flag flag : flags) {
            if (this.flags.put(flag.name(), flag) != null) {
                throw new IllegalArgumentException("two flags --" + flag.name());
            }
        }
    }

    /** Lets {@code -letter} stand for {@code --name}. */
    public FlagSet shorthand(String letter, String name) {
        shorthands.put(letter, name);
        return this;
    }

    public Collection<Flag> flags() {
        return flags.values();
    }

    /** @throws FlagException for an unknown flag, a missing value or a switch that is neither on nor off */
    public ParsedFlags parse(List<String> arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> positional = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--")) {
                positional.addAll(arguments.subList(i + 1, arguments.size()));
                break;
            }
            if (!argument.startsWith("-") || argument.equals("-")) {
                positional.add(argument);
                continue;
            }
            int equals = argument.indexOf('=');
            Flag flag = find(equals < 0 ? argument : argument.substring(0, equals));
            if (equals >= 0) {
                set(values, flag, argument.substring(equals + 1));
            } else if (flag.isToggle()) {
                set(values, flag, "true");
            } else if (++i < arguments.size()) {
                set(values, flag, arguments.get(i));
            } else {
                throw new FlagException("--" + flag.name() + " needs a value: --" + flag.name() + " " + flag.metavar());
            }
        }
        return new ParsedFlags(flags, values, positional);
    }

    /** Like {@link #parse}, for settings from a file: names come without dashes. */
    public ParsedFlags parseSettings(Map<String, String> settings) {
        Map<String, String> values = new LinkedHashMap<>();
        settings.forEach((name, value) -> set(values, find("--" + name), value));
        return new ParsedFlags(flags, values, List.of());
    }

    private static void set(Map<String, String> values, Flag flag, String value) {
        if (flag.isToggle() && !value.equals("true") && !value.equals("false")) {
            throw new FlagException("--" + flag.name() + " is true or false, not \"" + value + "\"");
        }
        values.put(flag.name(), value);
    }

    private Flag find(String dashed) {
        String name = dashed.startsWith("--") ? dashed.substring(2) : shorthands.get(dashed.substring(1));
        Flag flag = name == null ? null : flags.get(name);
        if (flag == null) {
            throw new FlagException(
                    "unknown flag " + dashed + Nearest.hint("--", dashed.replaceFirst("^-+", ""), flags.keySet()));
        }
        return flag;
    }
}
