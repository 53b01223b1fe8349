package io.kybern.distribution.flag;

/**
 * One flag of a command.
 *
 * @param name without dashes
 * @param metavar what stands for the value in the help; empty for a switch
 * @param defaultValue as a user would write it; empty: none
 */
public record Flag(String name, String metavar, String defaultValue, String help) {
    /** A flag that takes a value. */
    public static Flag value(String name, String metavar, String defaultValue, String help) {
        return new Flag(name, metavar, defaultValue, help);
    }

    /** A flag that is on when it is given, or {@code --name=false}. */
    public static Flag toggle(String name, String help) {
        return new Flag(name, "", "false", help);
    }

    boolean isToggle() {
        return metavar.isEmpty();
    }
}
