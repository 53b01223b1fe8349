package io.kybern.crd.definition;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Comparator;

/** The order of API versions: v2, v1, v1beta2, v1beta1, v1alpha1, then any others by name. */
public final class VersionOrder {
    private static final Pattern FORM = Pattern.compile("^v([0-9]+)(?:(alpha|beta)([0-9]+))?$");

    /** The most stable and newest first. Source: {@code CompareKubeAwareVersionStrings}. */
    public static final Comparator<String> BY_PRIORITY = VersionOrder::compare;

    private VersionOrder() {}

    private static int compare(String a, String b) {
        Matcher left = FORM.matcher(a);
        Matcher right = FORM.matcher(b);
        boolean leftFits = left.find();
        boolean rightFits = right.find();
        if (!leftFits || !rightFits) {
            return leftFits ? -1 : rightFits ? 1 : a.compareTo(b);
        }
        int byStage = Integer.compare(stage(right), stage(left));
        if (byStage != 0) {
            return byStage;
        }
        int byMajor = Long.compare(number(right, 1), number(left, 1));
        return byMajor != 0 ? byMajor : Long.compare(number(right, 3), number(left, 3));
    }

    private static int stage(Matcher version) {
        String stage = version.group(2);
        return stage == null ? 2 : stage.equals("beta") ? 1 : 0;
    }

    private static long number(Matcher version, int group) {
        String digits = version.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
