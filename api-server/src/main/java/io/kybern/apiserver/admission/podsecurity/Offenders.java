package io.kybern.apiserver.admission.podsecurity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who in a pod has set something that it should not have, and what. */
final class Offenders {
    private final List<String> containers = new ArrayList<>();
    private final Set<String> values = new TreeSet<>();
    private boolean pod;

    void pod(String value) {
        pod = true;
        values.add(value);
    }

    void container(String name) {
        containers.add(name);
    }

    void container(String name, String value) {
        containers.add(name);
        values.add(value);
    }

    void value(String value) {
        values.add(value);
    }

    boolean isEmpty() {
        return !pod && containers.isEmpty();
    }

    int count() {
        return containers.size();
    }

    Set<String> values() {
        return values;
    }

    /** {@code "a", "b"} */
    String quotedValues() {
        return quoted(values);
    }

    /** {@code pod and containers "a", "b"} */
    String setters() {
        List<String> setters = new ArrayList<>();
        if (pod) {
            setters.add("pod");
        }
        if (!containers.isEmpty()) {
            setters.add(containers());
        }
        return String.join(" and ", setters);
    }

    /** {@code containers "a", "b"} */
    String containers() {
        return plural("container", containers.size()) + " " + quoted(containers);
    }

    static String quoted(Collection<String> items) {
        return '"' + String.join("\", \"", items) + '"';
    }

    static String plural(String noun, int count) {
        return count == 1 ? noun : noun + "s";
    }
}
