package io.kybern.apiserver.discovery;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order of API versions: {@code v2 v1 v2beta1 v1alpha3 foo}. Source: apimachinery/pkg/version.CompareKubeAwareVersionStrings. */
final class KubeVersions {
    private static final Pattern FORM = Pattern.compile("v([1-9][0-9]*)((alpha|beta)([1-9][0-9]*))?");

    static final Comparator<String> BEST_FIRST = Comparator.<String>comparingInt(v -> -stability(v))
            .thenComparing(v -> -major(v))
            .thenComparing(v -> -minor(v))
            .thenComparing(Comparator.naturalOrder());

    private KubeVersions() {}

    private static int stability(String version) {
        Matcher m = FORM.matcher(version);
        if (!m.matches()) {
            return 0;
        }
        return m.group(3) == null ? 3 : m.group(3).equals("beta") ? 2 : 1;
    }

    private static long major(String version) {
        Matcher m = FORM.matcher(version);
        return m.matches() ? Long.parseLong(m.group(1)) : 0;
    }

    private static long minor(String version) {
        Matcher m = FORM.matcher(version);
        return m.matches() && m.group(4) != null ? Long.parseLong(m.group(4)) : 0;
    }
}
