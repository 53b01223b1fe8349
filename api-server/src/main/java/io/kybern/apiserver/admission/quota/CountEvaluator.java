package io.kybern.apiserver.admission.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.crd.resource.GroupResource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts objects, as {@code count/deployments.apps}; some kinds also by their plain name. */
record CountEvaluator(List<String> names) implements Evaluator {
    static CountEvaluator of(GroupResource resource, String... more) {
        List<String> names = new java.util.ArrayList<>(List.of(more));
        names.addFirst(countName(resource));
        return new CountEvaluator(names);
    }

    static String countName(GroupResource resource) {
        return "count/" + resource.resource() + (resource.group().isEmpty() ? "" : "." + resource.group());
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return request.subresource().isEmpty() && request.operation() == Operation.CREATE;
    }

    @Override
    public boolean concerns(String resource) {
        return names.contains(resource);
    }

    @Override
    public Amounts usage(ObjectNode object) {
        Map<String, io.kybern.crd.value.Quantity> out = new TreeMap<>();
        names.forEach(name -> out.put(name, Amounts.ONE));
        return new Amounts(out);
    }
}
