package io.kybern.apiserver.registry.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.IpAddress;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** EndpointSlices. Source of the limits: {@code pkg/apis/discovery/validation}. */
public final class EndpointSliceStrategy implements Strategy {
    private static final List<String> TYPES = List.of("FQDN", "IPv4", "IPv6");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final int SHOWN = 3;
    private static final int MAX_PORTS = 20000;
    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_HINTS = 8;

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        for (ObjectNode port : Trees.objects(object.path("ports"))) {
            if (!port.has("name")) {
                port.put("name", "");
            }
            if (!port.has("protocol")) {
                port.put("protocol", "TCP");
            }
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        dropTopology(object);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        if (!Trees.same(updated.path("endpoints"), existing.path("endpoints"))) {
            dropTopology(updated);
        }
    }

    private static void dropTopology(ObjectNode object) {
        Trees.objects(object.path("endpoints")).forEach(e -> e.remove("deprecatedTopology"));
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("addressType", "endpoints", "ports");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        String type = Trees.text(object, "addressType");
        FieldPath path = FieldPath.of("addressType");
        if (type.isEmpty()) {
            errors.required(path, "");
        } else if (!TYPES.contains(type)) {
            errors.notSupported(path, type, TYPES);
        }
        endpoints(object.path("endpoints"), type, errors);
        ports(object.path("ports"), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        if (!Trees.same(updated.path("addressType"), existing.path("addressType"))) {
            errors.invalid(FieldPath.of("addressType"), updated.path("addressType"), "field is immutable");
        }
    }

    private static void endpoints(JsonNode endpoints, String type, FieldErrors errors) {
        FieldPath list = FieldPath.of("endpoints");
        if (endpoints.size() > MAX_ENDPOINTS) {
            errors.tooMany(list, endpoints.size(), MAX_ENDPOINTS);
            return;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            JsonNode endpoint = endpoints.get(i);
            FieldPath path = list.index(i);
            addresses(endpoint.path("addresses"), type, path.child("addresses"), errors);
            if (endpoint.has("nodeName")) {
                String node = Trees.text(endpoint, "nodeName");
                errors.invalidEach(path.child("nodeName"), node, Names.dnsSubdomain(node));
            }
            if (endpoint.has("hostname")) {
                String host = Trees.text(endpoint, "hostname");
                errors.invalidEach(path.child("hostname"), host, Names.dnsLabel(host));
            }
            hints(endpoint.path("hints"), path.child("hints"), errors);
        }
    }

    private static void addresses(JsonNode addresses, String type, FieldPath path, FieldErrors errors) {
        if (addresses.isEmpty()) {
            errors.required(path, "must contain at least 1 address");
        } else if (addresses.size() > MAX_ADDRESSES) {
            errors.tooMany(path, addresses.size(), MAX_ADDRESSES);
        }
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.get(i).asText();
            if (type.equals("FQDN")) {
                String bare = address.endsWith(".") ? address.substring(0, address.length() - 1) : address;
                if (bare.isEmpty()) {
                    errors.required(path.index(i), "");
                } else if (!Names.dnsSubdomain(bare).isEmpty()) {
                    errors.invalid(path.index(i), bare, String.join(",", Names.dnsSubdomain(bare)));
                } else if (bare.indexOf('.') < 0) {
                    errors.invalid(
                            path.index(i), bare, "should be a domain with at least two segments separated by dots");
                }
            } else if (TYPES.contains(type) && IpRules.legacyAddress(path.index(i), address, List.of(), errors)) {
                IpAddress ip = IpAddress.parse(address).orElseThrow();
                if (!ip.family().equals(type)) {
                    errors.invalid(path, address, "must be an " + type + " address");
                }
                IpRules.endpointAddress(path.index(i), address, errors);
            }
        }
    }

    private static void hints(JsonNode hints, FieldPath path, FieldErrors errors) {
        for (String kind : List.of("forZones", "forNodes")) {
            JsonNode list = hints.path(kind);
            FieldPath listPath = path.child(kind);
            if (list.size() > MAX_HINTS) {
                errors.tooMany(listPath, list.size(), MAX_HINTS);
                continue;
            }
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < list.size(); i++) {
                String name = Trees.text(list.get(i), "name");
                FieldPath namePath = listPath.index(i).child("name");
                errors.invalidEach(
                        namePath, name, kind.equals("forZones") ? Names.labelValue(name) : Names.dnsSubdomain(name));
                if (!seen.add(name)) {
                    errors.duplicate(namePath, name);
                }
            }
        }
    }

    private static void ports(JsonNode ports, FieldErrors errors) {
        FieldPath list = FieldPath.of("ports");
        if (ports.size() > MAX_PORTS) {
            errors.tooMany(list, ports.size(), MAX_PORTS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            FieldPath path = list.index(i);
            String name = Trees.text(port, "name");
            if (!name.isEmpty()) {
                errors.invalidEach(path.child("name"), name, Names.dnsLabel(name));
            }
            if (!names.add(name)) {
                errors.duplicate(path.child("name"), name);
            }
            String protocol = Trees.text(port, "protocol");
            if (protocol.isEmpty()) {
                errors.required(path.child("protocol"), "");
            } else if (!PROTOCOLS.contains(protocol)) {
                errors.notSupported(path.child("protocol"), protocol, PROTOCOLS);
            }
            if (port.has("appProtocol")) {
                String application = Trees.text(port, "appProtocol");
                errors.invalidEach(path.child("appProtocol"), application, Names.qualifiedName(application));
            }
        }
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        return Trees.text(object, "addressType").equals("FQDN")
                ? List.of("spec.addressType: FQDN endpoints are deprecated")
                : badAddresses(object);
    }

    @Override
    public List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        return badAddresses(updated);
    }

    private static List<String> badAddresses(ObjectNode object) {
        List<String> warnings = new ArrayList<>();
        JsonNode endpoints = object.path("endpoints");
        for (int i = 0; i < endpoints.size(); i++) {
            List<String> addresses = Trees.texts(endpoints.get(i).path("addresses"));
            for (int j = 0; j < addresses.size(); j++) {
                FieldPath path =
                        FieldPath.of("endpoints").index(i).child("addresses").index(j);
                warnings.addAll(IpRules.warnings(path, addresses.get(j)));
            }
        }
        return warnings;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("AddressType", 0, o -> Trees.text(o, "addressType")),
                Columns.string("Ports", 0, EndpointSliceStrategy::portCell),
                Columns.string("Endpoints", 0, EndpointSliceStrategy::endpointCell),
                Columns.AGE);
    }

    private static String portCell(ObjectNode slice) {
        List<String> all = new ArrayList<>();
        for (JsonNode port : slice.path("ports")) {
            all.add(
                    port.has("port")
                            ? port.path("port").asText()
                            : port.path("name").asText("*"));
        }
        return shortened(all);
    }

    private static String endpointCell(ObjectNode slice) {
        List<String> all = new ArrayList<>();
        slice.path("endpoints").forEach(e -> all.addAll(Trees.texts(e.path("addresses"))));
        return shortened(all);
    }

    private static String shortened(List<String> all) {
        if (all.isEmpty()) {
            return "<unset>";
        }
        return all.size() <= SHOWN
                ? String.join(",", all)
                : String.join(",", all.subList(0, SHOWN)) + " + " + (all.size() - SHOWN) + " more...";
    }
}
