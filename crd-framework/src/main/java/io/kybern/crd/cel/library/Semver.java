package io.kybern.crd.cel.library;

import io.kybern.crd.field.FieldErrors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A semantic version, with the messages of {@code blang/semver}. */
record Semver(long major, long minor, long patch, List<String> preRelease) implements Comparable<Semver> {
    private static final String DIGITS = "0123456789";

    /** @throws IllegalArgumentException if it is none */
    static Semver parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("Version string empty");
        }
        String[] parts = text.split("\\.", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("No Major.Minor.Patch elements found");
        }
        long major = number(parts[0], "major");
        long minor = number(parts[1], "minor");
        String rest = parts[2];
        int plus = rest.indexOf('+');
        List<String> build =
                plus < 0 ? List.of() : Arrays.asList(rest.substring(plus + 1).split("\\.", -1));
        rest = plus < 0 ? rest : rest.substring(0, plus);
        int dash = rest.indexOf('-');
        List<String> pre =
                dash < 0 ? List.of() : Arrays.asList(rest.substring(dash + 1).split("\\.", -1));
        rest = dash < 0 ? rest : rest.substring(0, dash);
        long patch = number(rest, "patch");
        pre.forEach(Semver::checkPreRelease);
        build.forEach(Semver::checkBuild);
        return new Semver(major, minor, patch, List.copyOf(pre));
    }

    private static void checkPreRelease(String part) {
        if (part.isEmpty()) {
            throw new IllegalArgumentException("Prerelease is empty");
        }
        boolean numeric = part.chars().allMatch(c -> DIGITS.indexOf(c) >= 0);
        if (numeric && part.length() > 1 && part.startsWith("0")) {
            throw new IllegalArgumentException(
                    "Numeric PreRelease version must not contain leading zeroes " + FieldErrors.quote(part));
        }
        if (!isAlphanumeric(part)) {
            throw new IllegalArgumentException("Invalid character(s) found in prerelease " + FieldErrors.quote(part));
        }
    }

    private static void checkBuild(String part) {
        if (part.isEmpty()) {
            throw new IllegalArgumentException("Build meta data is empty");
        }
        if (!isAlphanumeric(part)) {
            throw new IllegalArgumentException(
                    "Invalid character(s) found in build meta data " + FieldErrors.quote(part));
        }
    }

    private static boolean isAlphanumeric(String text) {
        return text.chars().allMatch(c -> c == '-' || (c < 128 && Character.isLetterOrDigit(c)));
    }

    private static long number(String text, String name) {
        String title = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        if (!text.chars().allMatch(c -> DIGITS.indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "Invalid character(s) found in " + name + " number " + FieldErrors.quote(text));
        }
        if (text.length() > 1 && text.startsWith("0")) {
            throw new IllegalArgumentException(
                    title + " number must not contain leading zeroes " + FieldErrors.quote(text));
        }
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            String problem = text.isEmpty() ? "invalid syntax" : "value out of range";
            throw new IllegalArgumentException(
                    "strconv.ParseUint: parsing " + FieldErrors.quote(text) + ": " + problem, e);
        }
    }

    /**
     * Reads {@code v1.02} as {@code 1.2.0}.
     *
     * @throws IllegalArgumentException if it is no version even so
     */
    static Semver parseLoosely(String text) {
        String bare = text.startsWith("v") ? text.substring(1) : text;
        List<String> parts = new ArrayList<>();
        for (String part : bare.split("\\.", 3)) {
            String trimmed = part;
            if (part.length() > 1) {
                trimmed = part.replaceFirst("^0+", "");
                if (trimmed.isEmpty() || DIGITS.indexOf(trimmed.charAt(0)) < 0) {
                    trimmed = "0" + trimmed;
                }
            }
            parts.add(trimmed);
        }
        if (parts.size() < 3) {
            String last = parts.getLast();
            if (last.indexOf('+') >= 0 || last.indexOf('-') >= 0) {
                throw new IllegalArgumentException("short version cannot contain PreRelease/Build meta data");
            }
            while (parts.size() < 3) {
                parts.add("0");
            }
        }
        return parse(String.join(".", parts));
    }

    @Override
    public int compareTo(Semver other) {
        int order = Long.compareUnsigned(major, other.major);
        order = order != 0 ? order : Long.compareUnsigned(minor, other.minor);
        order = order != 0 ? order : Long.compareUnsigned(patch, other.patch);
        if (order != 0 || (preRelease.isEmpty() && other.preRelease.isEmpty())) {
            return order;
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return preRelease.isEmpty() ? 1 : -1;
        }
        for (int i = 0; i < Math.min(preRelease.size(), other.preRelease.size()); i++) {
            int part = comparePart(preRelease.get(i), other.preRelease.get(i));
            if (part != 0) {
                return part;
            }
        }
        return Integer.compare(preRelease.size(), other.preRelease.size());
    }

    private static int comparePart(String a, String b) {
        boolean firstNumeric = a.chars().allMatch(c -> DIGITS.indexOf(c) >= 0);
        boolean secondNumeric = b.chars().allMatch(c -> DIGITS.indexOf(c) >= 0);
        if (firstNumeric && secondNumeric) {
            return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
        }
        return firstNumeric != secondNumeric ? (firstNumeric ? -1 : 1) : a.compareTo(b);
    }
}
