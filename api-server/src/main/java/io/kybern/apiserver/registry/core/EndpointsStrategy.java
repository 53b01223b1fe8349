package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;

/** Endpoints: the old form of EndpointSlices. */
public final class EndpointsStrategy implements Strategy {
    private static final int SHOWN = 3;

    @Override
    public void applyDefaults(ObjectNode object) {
        for (ObjectNode subset : Trees.objects(object.path("subsets"))) {
            Trees.objects(subset.path("ports")).forEach(port -> Trees.defaultText(port, "protocol", "TCP"));
        }
    }

    /** Subsets in the one form in which they compare equal. Source: {@code endpoints.RepackSubsets}. */
    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        subsets(object, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (!Trees.same(updated.path("subsets"), existing.path("subsets"))) {
            subsets(updated, errors);
        }
    }

    private static void subsets(ObjectNode object, FieldErrors errors) {
        JsonNode subsets = object.path("subsets");
        for (int i = 0; i < subsets.size(); i++) {
            FieldPath path = FieldPath.of("subsets").index(i);
            JsonNode subset = subsets.get(i);
            if (subset.path("addresses").isEmpty()
                    && subset.path("notReadyAddresses").isEmpty()) {
                errors.required(path, "must specify `addresses` or `notReadyAddresses`");
            }
            for (String list : List.of("addresses", "notReadyAddresses")) {
                JsonNode addresses = subset.path(list);
                for (int j = 0; j < addresses.size(); j++) {
                    address(addresses.get(j), path.child(list).index(j), errors);
                }
            }
            JsonNode ports = subset.path("ports");
            for (int j = 0; j < ports.size(); j++) {
                port(ports.get(j), ports.size() > 1, path.child("ports").index(j), errors);
            }
        }
    }

    private static void address(JsonNode address, FieldPath path, FieldErrors errors) {
        String ip = Trees.text(address, "ip");
        IpRules.legacyAddress(path.child("ip"), ip, List.of(), errors);
        String host = Trees.text(address, "hostname");
        if (!host.isEmpty()) {
            errors.invalidEach(path.child("hostname"), host, Names.dnsLabel(host));
        }
        if (address.has("nodeName")) {
            String node = Trees.text(address, "nodeName");
            errors.invalidEach(path.child("nodeName"), node, Names.dnsSubdomain(node));
        }
        IpRules.endpointAddress(path.child("ip"), ip, errors);
    }

    private static void port(JsonNode port, boolean nameRequired, FieldPath path, FieldErrors errors) {
        String name = Trees.text(port, "name");
        if (!name.isEmpty()) {
            errors.invalidEach(path.child("name"), name, Names.dnsLabel(name));
        } else if (nameRequired) {
            errors.required(path.child("name"), "");
        }
        errors.invalidEach(
                path.child("port"),
                port.path("port"),
                Names.portNumber(port.path("port").asLong()));
        ServiceValidation.protocol(port, path, errors);
        if (port.has("appProtocol")) {
            String application = Trees.text(port, "appProtocol");
            errors.invalidEach(path.child("appProtocol"), application, Names.qualifiedName(application));
        }
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        if (Trees.text(object.path("metadata").path("labels"), "endpoints.kubernetes.io/managed-by")
                .equals("endpoint-controller")) {
            return List.of();
        }
        List<String> warnings = new ArrayList<>();
        JsonNode subsets = object.path("subsets");
        for (int i = 0; i < subsets.size(); i++) {
            for (String list : List.of("addresses", "notReadyAddresses")) {
                JsonNode addresses = subsets.get(i).path(list);
                for (int j = 0; j < addresses.size(); j++) {
                    FieldPath path =
                            FieldPath.of("subsets").index(i).child(list).index(j);
                    warnings.addAll(IpRules.warnings(path.child("ip"), Trees.text(addresses.get(j), "ip")));
                }
            }
        }
        return warnings;
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(Columns.NAME, Columns.string("Endpoints", 0, EndpointsStrategy::format), Columns.AGE);
    }

    private static String format(ObjectNode endpoints) {
        List<String> all = new ArrayList<>();
        for (JsonNode subset : endpoints.path("subsets")) {
            if (subset.path("ports").isEmpty()) {
                subset.path("addresses").forEach(a -> all.add(Trees.text(a, "ip")));
            }
            for (JsonNode port : subset.path("ports")) {
                for (JsonNode address : subset.path("addresses")) {
                    String ip = Trees.text(address, "ip");
                    String host = ip.indexOf(':') < 0 ? ip : "[" + ip + "]";
                    all.add(host + ":" + port.path("port").asInt());
                }
            }
        }
        if (endpoints.path("subsets").isEmpty()) {
            return "<none>";
        }
        return all.size() <= SHOWN
                ? String.join(",", all)
                : String.join(",", all.subList(0, SHOWN)) + " + " + (all.size() - SHOWN) + " more...";
    }
}
