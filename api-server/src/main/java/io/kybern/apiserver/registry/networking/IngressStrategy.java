package io.kybern.apiserver.registry.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.core.LoadBalancerStatus;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Ingresses. */
public final class IngressStrategy implements Strategy {
    private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
    private static final int SHOWN = 3;

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        IngressValidation.spec(object.path("spec"), errors);
        String annotated = Trees.text(object.path("metadata").path("annotations"), CLASS_ANNOTATION);
        JsonNode named = object.path("spec").path("ingressClassName");
        if (!annotated.isEmpty() && named.isTextual() && !named.asText().equals(annotated)) {
            errors.invalid(
                    FieldPath.of("annotations").child(CLASS_ANNOTATION),
                    annotated,
                    "must match `ingressClassName` when both are specified");
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        IngressValidation.spec(updated.path("spec"), errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        List<String> known = Trees.objects(LoadBalancerStatus.ingress(existing)).stream()
                .map(i -> Trees.text(i, "ip"))
                .toList();
        JsonNode ingress = LoadBalancerStatus.ingress(updated);
        for (int i = 0; i < ingress.size(); i++) {
            FieldPath path = FieldPath.of("status", "loadBalancer", "ingress").index(i);
            String ip = Trees.text(ingress.get(i), "ip");
            if (!ip.isEmpty()) {
                IpRules.legacyAddress(path.child("ip"), ip, known, errors);
            }
            LoadBalancerStatus.host(ingress.get(i), path, errors);
        }
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        boolean annotated = object.path("metadata").path("annotations").has(CLASS_ANNOTATION);
        return annotated && !object.path("spec").has("ingressClassName")
                ? List.of("annotation \"" + CLASS_ANNOTATION
                        + "\" is deprecated, please use 'spec.ingressClassName' instead")
                : List.of();
    }

    @Override
    public List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        return List.of();
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string(
                        "Class", 0, o -> o.path("spec").path("ingressClassName").asText("<none>")),
                Columns.string("Hosts", 0, IngressStrategy::hosts),
                Columns.string("Address", 0, LoadBalancerStatus::format),
                Columns.string("Ports", 0, o -> o.path("spec").path("tls").isEmpty() ? "80" : "80, 443"),
                Columns.AGE);
    }

    private static String hosts(ObjectNode ingress) {
        List<String> hosts = new ArrayList<>();
        boolean more = false;
        JsonNode rules = ingress.path("spec").path("rules");
        for (JsonNode rule : rules) {
            more |= hosts.size() == SHOWN;
            String host = Trees.text(rule, "host");
            if (!more && !host.isEmpty()) {
                hosts.add(host);
            }
        }
        if (hosts.isEmpty()) {
            return "*";
        }
        return String.join(",", hosts) + (more ? " + " + (rules.size() - SHOWN) + " more..." : "");
    }
}
