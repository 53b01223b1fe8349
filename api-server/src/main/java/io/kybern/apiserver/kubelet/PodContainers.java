package io.kybern.apiserver.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;

/** Which container of a pod a request is about. Source of texts: {@code validateContainer} of registry/core/pod. */
final class PodContainers {
    private PodContainers() {}

    static String choose(ObjectNode pod, String wanted) {
        String name = Trees.text(pod, "metadata", "name");
        List<String> containers = names(pod, "containers");
        if (wanted.isEmpty()) {
            if (containers.size() == 1) {
                return containers.getFirst();
            }
            List<String> all = names(pod, "initContainers");
            all.addAll(containers);
            all.addAll(names(pod, "ephemeralContainers"));
            throw ApiException.badRequest("a container name must be specified for pod " + name + ", choose one of: ["
                    + String.join(" ", all) + "]");
        }
        boolean known = containers.contains(wanted)
                || names(pod, "initContainers").contains(wanted)
                || names(pod, "ephemeralContainers").contains(wanted);
        if (!known) {
            throw ApiException.badRequest("container " + wanted + " is not valid for pod " + name);
        }
        return wanted;
    }

    private static List<String> names(ObjectNode pod, String list) {
        List<String> out = new ArrayList<>();
        for (JsonNode container : pod.path("spec").path(list)) {
            out.add(Trees.text(container, "name"));
        }
        return out;
    }
}
