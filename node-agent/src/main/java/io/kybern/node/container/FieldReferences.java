package io.kybern.node.container;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code fieldRef} of environment and downward API: a fixed set of a pod's fields as text. */
public final class FieldReferences {
    private static final Pattern KEYED = Pattern.compile("metadata\\.(annotations|labels)\\['(.+)']");

    private FieldReferences() {}

    /**
     * @param addresses the pod's own, known once its sandbox runs
     * @throws IllegalArgumentException for a path that upstream does not support either
     */
    public static String value(Pod pod, String path, List<String> addresses, List<String> hostAddresses) {
        var metadata = pod.getMetadata();
        Matcher keyed = KEYED.matcher(path);
        if (keyed.matches()) {
            Map<String, String> map =
                    keyed.group(1).equals("labels") ? metadata.getLabels() : metadata.getAnnotations();
            return map == null ? "" : map.getOrDefault(keyed.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> metadata.getName();
            case "metadata.namespace" -> metadata.getNamespace();
            case "metadata.uid" -> metadata.getUid();
            case "metadata.labels" -> lines(metadata.getLabels());
            case "metadata.annotations" -> lines(metadata.getAnnotations());
            case "spec.nodeName" -> pod.getSpec().getNodeName();
            case "spec.serviceAccountName" ->
                Optional.ofNullable(pod.getSpec().getServiceAccountName()).orElse("");
            case "status.hostIP" -> hostAddresses.getFirst();
            case "status.hostIPs" -> String.join(",", hostAddresses);
            case "status.podIP" -> addresses.isEmpty() ? "" : addresses.getFirst();
            case "status.podIPs" -> String.join(",", addresses);
            default -> throw new IllegalArgumentException("unsupported fieldPath: " + path);
        };
    }

    private static String lines(@Nullable Map<String, String> map) {
        return map == null
                ? ""
                : new TreeMap<>(map)
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + quoted(entry.getValue()))
                                .collect(Collectors.joining("\n"));
    }

    /** As Go quotes a string. */
    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append((char) c);
            }
        });
        return out.append('"').toString();
    }
}
