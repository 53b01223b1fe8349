package io.kybern.apiserver.admission;

import static io.kybern.crd.resource.Trees.array;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A pod that says nothing about it stays five minutes on a node that is not ready or not reachable. */
public final class DefaultTolerationSeconds implements AdmissionPlugin {
    private static final List<String> TAINTS =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
    private static final long SECONDS = 300;

    @Override
    public String name() {
        return "DefaultTolerationSeconds";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        boolean write = request.operation() == AdmissionRequest.Operation.CREATE
                || request.operation() == AdmissionRequest.Operation.UPDATE;
        return write && request.isCore("pods", "") && request.object().isPresent();
    }

    @Override
    public void admit(AdmissionRequest request) {
        ObjectNode spec = object(request.object().orElseThrow(), "spec");
        List<ObjectNode> own = objects(spec.path("tolerations"));
        for (String taint : TAINTS) {
            if (own.stream().noneMatch(toleration -> concerns(toleration, taint))) {
                array(spec, "tolerations")
                        .addObject()
                        .put("key", taint)
                        .put("operator", "Exists")
                        .put("effect", "NoExecute")
                        .put("tolerationSeconds", SECONDS);
            }
        }
    }

    private static boolean concerns(ObjectNode toleration, String taint) {
        String key = text(toleration, "key");
        String effect = text(toleration, "effect");
        return (key.isEmpty() || key.equals(taint)) && (effect.isEmpty() || effect.equals("NoExecute"));
    }
}
