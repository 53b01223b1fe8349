package io.kybern.apiserver.admission;

import static io.kybern.crd.resource.Trees.array;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A new node takes no pods before a controller has seen that it is ready. */
public final class TaintNodesByCondition implements AdmissionPlugin {
    private static final String NOT_READY = "node.kubernetes.io/not-ready";

    @Override
    public String name() {
        return "TaintNodesByCondition";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return request.creates("nodes");
    }

    @Override
    public void admit(AdmissionRequest request) {
        ObjectNode spec = object(request.object().orElseThrow(), "spec");
        boolean tainted = objects(spec.path("taints")).stream()
                .anyMatch(t ->
                        text(t, "key").equals(NOT_READY) && text(t, "effect").equals("NoSchedule"));
        if (!tainted) {
            array(spec, "taints").addObject().put("key", NOT_READY).put("effect", "NoSchedule");
        }
    }
}
