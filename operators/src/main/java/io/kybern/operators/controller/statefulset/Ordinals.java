package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbers that pods of a StatefulSet are named by: {@code web-2} is the third of {@code web} that starts at 0. */
final class Ordinals {
    private static final Pattern NAME = Pattern.compile("(.*)-([0-9]+)", Pattern.DOTALL);

    private Ordinals() {}

    /** -1: the name has none, or one that is too large. */
    static int of(Pod pod) {
        Matcher name = NAME.matcher(pod.getMetadata().getName());
        if (!name.matches()) {
            return -1;
        }
        try {
            return Integer.parseInt(name.group(2));
        } catch (NumberFormatException tooLarge) {
            return -1;
        }
    }

    /** Whether the pod's name is one that {@code set} gives. */
    static boolean isMember(StatefulSet set, Pod pod) {
        Matcher name = NAME.matcher(pod.getMetadata().getName());
        return name.matches() && name.group(1).equals(set.getMetadata().getName());
    }

    static int start(StatefulSet set) {
        return set.getSpec().getOrdinals() == null
                        || set.getSpec().getOrdinals().getStart() == null
                ? 0
                : set.getSpec().getOrdinals().getStart();
    }

    static int replicas(StatefulSet set) {
        return set.getSpec().getReplicas() == null ? 1 : set.getSpec().getReplicas();
    }

    /** Whether {@code set} wants a pod of this number. */
    static boolean wanted(StatefulSet set, int ordinal) {
        return ordinal >= start(set) && ordinal < start(set) + replicas(set);
    }

    static String podName(StatefulSet set, int ordinal) {
        return set.getMetadata().getName() + "-" + ordinal;
    }
}
