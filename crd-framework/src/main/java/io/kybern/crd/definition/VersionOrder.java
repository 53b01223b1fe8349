package io.kybern.crd.definition;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Comparator;
import java.util.Optional;

/** The order of API versions: v2, v1, v1beta2, v1beta1, v1alpha1, then any others by name. */
public final class VersionOrder {
    private static final Pattern FORM = Pattern.compile("^v([0-9]+)(?:(alpha|beta)([0-9]+))?$");

    /** The most stable and newest first. Source: {@code CompareKubeAwareVersionStrings}. */
    public static final Comparator<String> BY_PRIORITY = VersionOrder::compare;

    private static final Comparator<Parts> NEWEST_FIRST = Comparator.comparing(Parts::stage)
            .thenComparing(Parts::major)
            .thenComparing(Parts::minor)
            .reversed();

    private VersionOrder() {}

    /** @param stage of stability, 2 is general availability */
    private record Parts(int stage, long major, long minor) {}

    private static int compare(String a, String b) {
        Optional<Parts> left = parts(a);
        Optional<Parts> right = parts(b);
        if (left.isEmpty() || right.isEmpty()) {
            return left.isPresent() ? -1 : right.isPresent() ? 1 : a.compareTo(b);
        }
        return NEWEST_FIRST.compare(left.get(), right.get());
    }

    /** Empty for a name of another form, also if a number is larger than any int64. */
    private static Optional<Parts> parts(String version) {
        Matcher form = FORM.matcher(version);
        if (!form.find()) {
            return Optional.empty();
        }
        String name = form.group(2);
        int stage = name == null ? 2 : name.equals("beta") ? 1 : 0;
        try {
            return Optional.of(
                    new Parts(stage, Long.parseLong(form.group(1)), name == null ? 0 : Long.parseLong(form.group(3))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
