package io.kybern.operators.scheduler.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.kybern.operators.scheduler.pod.ImageNames;
import io.kybern.operators.scheduler.pod.ResourceNames;
import io.kybern.operators.scheduler.pod.ResourceVector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One version of a node, reduced to what scheduling asks for. Equal when nothing of that has changed: a heartbeat is
 * not a change.
 *
 * @param images name with tag → size in bytes
 */
public record NodeInfo(
        String name,
        Map<String, String> labels,
        List<Taint> taints,
        boolean unschedulable,
        ResourceVector allocatable,
        Map<String, Long> images) {

    public static NodeInfo of(Node node, ResourceNames names) {
        NodeSpec spec = node.getSpec();
        var status = node.getStatus();
        var images = new HashMap<String, Long>();
        if (status != null) {
            for (var image : status.getImages()) {
                for (String name : image.getNames()) {
                    images.put(
                            ImageNames.withTag(name).intern(),
                            image.getSizeBytes() == null ? 0L : image.getSizeBytes());
                }
            }
        }
        return new NodeInfo(
                node.getMetadata().getName(),
                node.getMetadata().getLabels() == null
                        ? Map.of()
                        : node.getMetadata().getLabels(),
                spec == null ? List.of() : spec.getTaints(),
                spec != null && Boolean.TRUE.equals(spec.getUnschedulable()),
                status == null || status.getAllocatable() == null
                        ? ResourceVector.of(Map.of(), names)
                        : ResourceVector.ofQuantities(status.getAllocatable(), names),
                images);
    }
}
