package io.kybern.apiserver.registry.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.Cidr;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** NetworkPolicies. */
public final class NetworkPolicyStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> TYPES = List.of("Ingress", "Egress");

    @Override
    public void applyDefaults(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        for (String direction : List.of("ingress", "egress")) {
            for (ObjectNode rule : Trees.objects(spec.path(direction))) {
                Trees.objects(rule.path("ports")).forEach(p -> Trees.defaultPointer(p, "protocol", "TCP"));
            }
        }
        if (spec.path("policyTypes").isEmpty()) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (!spec.path("egress").isEmpty()) {
                types.add("Egress");
            }
        }
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        spec(object.path("spec"), List.of(), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        List<String> known = new ArrayList<>();
        eachBlock(existing.path("spec"), (path, block) -> {
            known.add(Trees.text(block, "cidr"));
            known.addAll(Trees.texts(block.path("except")));
        });
        spec(updated.path("spec"), known, errors);
    }

    private static void spec(JsonNode spec, List<String> known, FieldErrors errors) {
        LabelSelectors.validate(spec.path("podSelector"), SPEC.child("podSelector"), errors);
        rules(spec, "ingress", "from", known, errors);
        rules(spec, "egress", "to", known, errors);
        JsonNode types = spec.path("policyTypes");
        FieldPath path = SPEC.child("policyTypes");
        if (types.size() > TYPES.size()) {
            errors.invalid(path, types, "may not specify more than two policyTypes");
            return;
        }
        for (int i = 0; i < types.size(); i++) {
            if (!TYPES.contains(types.get(i).asText())) {
                errors.notSupported(path.index(i), types.get(i), TYPES);
            }
        }
    }

    private static void rules(JsonNode spec, String direction, String peers, List<String> known, FieldErrors errors) {
        JsonNode rules = spec.path(direction);
        for (int i = 0; i < rules.size(); i++) {
            FieldPath path = SPEC.child(direction).index(i);
            JsonNode ports = rules.get(i).path("ports");
            for (int j = 0; j < ports.size(); j++) {
                port(ports.get(j), path.child("ports").index(j), errors);
            }
            JsonNode list = rules.get(i).path(peers);
            for (int j = 0; j < list.size(); j++) {
                peer(list.get(j), path.child(peers).index(j), known, errors);
            }
        }
    }

    private static void port(JsonNode port, FieldPath path, FieldErrors errors) {
        List<String> protocols = List.of("TCP", "UDP", "SCTP");
        JsonNode protocol = port.path("protocol");
        if (protocol.isTextual() && !protocols.contains(protocol.asText())) {
            errors.notSupported(path.child("protocol"), protocol, protocols);
        }
        JsonNode value = port.path("port");
        JsonNode end = port.path("endPort");
        FieldPath endPath = path.child("endPort");
        if (value.isMissingNode()) {
            if (end.isNumber()) {
                errors.invalid(endPath, end, "may not be specified when `port` is not specified");
            }
        } else if (value.isNumber()) {
            errors.invalidEach(path.child("port"), value, Names.portNumber(value.asLong()));
            if (end.isNumber()) {
                if (end.asLong() < value.asLong()) {
                    errors.invalid(endPath, value, "must be greater than or equal to `port`");
                }
                errors.invalidEach(endPath, end, Names.portNumber(end.asLong()));
            }
        } else {
            if (end.isNumber()) {
                errors.invalid(endPath, end, "may not be specified when `port` is non-numeric");
            }
            errors.invalidEach(path.child("port"), value, Names.portName(value.asText()));
        }
    }

    private static void peer(JsonNode peer, FieldPath path, List<String> known, FieldErrors errors) {
        JsonNode block = peer.path("ipBlock");
        boolean selects = false;
        for (String selector : List.of("podSelector", "namespaceSelector")) {
            selects |= peer.path(selector).isObject();
            LabelSelectors.validate(peer.path(selector), path.child(selector), errors);
        }
        if (block.isObject()) {
            block(block, path.child("ipBlock"), known, errors);
        }
        if (!selects && !block.isObject()) {
            errors.required(path, "must specify a peer");
        } else if (selects && block.isObject()) {
            errors.forbidden(path, "may not specify both ipBlock and another peer");
        }
    }

    private static void block(JsonNode block, FieldPath path, List<String> known, FieldErrors errors) {
        String cidr = Trees.text(block, "cidr");
        if (cidr.isEmpty()) {
            errors.required(path.child("cidr"), "");
            return;
        }
        IpRules.legacyCidr(path.child("cidr"), cidr, known, errors);
        Optional<Cidr> outer = Cidr.parse(cidr);
        List<String> excepted = Trees.texts(block.path("except"));
        for (int i = 0; outer.isPresent() && i < excepted.size(); i++) {
            FieldPath exceptPath = path.child("except").index(i);
            IpRules.legacyCidr(exceptPath, excepted.get(i), known, errors);
            Optional<Cidr> inner = Cidr.parse(excepted.get(i));
            boolean strict = inner.isEmpty()
                    || outer.get().contains(inner.get().base())
                            && outer.get().prefix() < inner.get().prefix();
            if (!strict) {
                errors.invalid(exceptPath, excepted.get(i), "must be a strict subset of `cidr`");
            }
        }
    }

    private static void eachBlock(JsonNode spec, BiConsumer<FieldPath, JsonNode> visitor) {
        Map.of("ingress", "from", "egress", "to").forEach((direction, peers) -> {
            JsonNode rules = spec.path(direction);
            for (int i = 0; i < rules.size(); i++) {
                JsonNode list = rules.get(i).path(peers);
                for (int j = 0; j < list.size(); j++) {
                    if (list.get(j).path("ipBlock").isObject()) {
                        FieldPath path =
                                SPEC.child(direction).index(i).child(peers).index(j);
                        visitor.accept(path.child("ipBlock"), list.get(j).path("ipBlock"));
                    }
                }
            }
        });
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        List<String> warnings = new ArrayList<>();
        eachBlock(object.path("spec"), (path, block) -> {
            warnings.addAll(IpRules.cidrWarnings(path.child("cidr"), Trees.text(block, "cidr")));
            List<String> excepted = Trees.texts(block.path("except"));
            for (int i = 0; i < excepted.size(); i++) {
                warnings.addAll(IpRules.cidrWarnings(path.child("except").index(i), excepted.get(i)));
            }
        });
        return warnings;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string(
                        "Pod-Selector",
                        0,
                        o -> LabelSelectors.format(o.path("spec").path("podSelector"))),
                Columns.AGE);
    }
}
