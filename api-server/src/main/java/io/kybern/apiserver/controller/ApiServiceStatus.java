package io.kybern.apiserver.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.aggregation.DiscoveryCheck;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Says of each APIService whether it can be reached: the condition {@code Available}. Those that this server serves are; one
 * behind a Service needs the Service, its port and an endpoint that is ready. Source: {@code
 * kube-aggregator/pkg/controllers/status}.
 */
public final class ApiServiceStatus implements Runnable {
    private static final GroupResource API_SERVICES = new GroupResource("apiregistration.k8s.io", "apiservices");
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource SLICES = new GroupResource("discovery.k8s.io", "endpointslices");
    public static final List<GroupResource> WATCHED = List.of(API_SERVICES, SERVICES, SLICES);

    private final Loopback loopback;
    private final DiscoveryCheck discovery;
    private final InstantSource clock;

    public ApiServiceStatus(Loopback loopback, DiscoveryCheck discovery, InstantSource clock) {
        this.loopback = loopback;
        this.discovery = discovery;
        this.clock = clock;
    }

    @Override
    public void run() {
        List<ObjectNode> all = loopback.list(API_SERVICES, "");
        all.stream().filter(s -> !isRemote(s)).forEach(this::look);
        all.stream().filter(ApiServiceStatus::isRemote).forEach(this::look);
    }

    private void look(ObjectNode apiService) {
        withCondition(apiService, condition(apiService)).ifPresent(loopback::updateStatus);
    }

    private static boolean isRemote(ObjectNode apiService) {
        return Trees.has(apiService, "spec", "service");
    }

    private ObjectNode condition(ObjectNode apiService) {
        JsonNode reference = apiService.path("spec").path("service");
        if (!reference.isObject()) {
            return available(true, "Local", "Local APIServices are always available");
        }
        String namespace = Trees.text(reference, "namespace");
        String name = Trees.text(reference, "name");
        String service = "service/" + name + " in " + FieldErrors.quote(namespace);
        Optional<ObjectNode> target = loopback.get(SERVICES, namespace, name);
        if (target.isEmpty()) {
            return available(false, "ServiceNotFound", service + " is not present");
        }
        JsonNode spec = target.get().path("spec");
        if (Trees.text(spec, "type").equals("ClusterIP")) {
            long port = reference.path("port").asLong();
            Optional<JsonNode> found = port(spec, port);
            if (found.isEmpty()) {
                return available(false, "ServicePortError", service + " is not listening on port " + port);
            }
            String portName = Trees.text(found.get(), "name");
            List<ObjectNode> slices = loopback.list(SLICES, namespace).stream()
                    .filter(s -> Trees.text(s.path("metadata").path("labels"), "kubernetes.io/service-name")
                            .equals(name))
                    .toList();
            if (slices.isEmpty()) {
                return available(false, "EndpointsNotFound", "cannot find endpointslices for " + service);
            }
            if (slices.stream().noneMatch(s -> offers(s, portName))) {
                return available(
                        false,
                        "MissingEndpoints",
                        "endpointslices for " + service + " have no addresses with port name "
                                + FieldErrors.quote(portName));
            }
        }
        return discovery
                .problem(apiService)
                .map(problem -> available(false, "FailedDiscoveryCheck", problem))
                .orElseGet(() -> available(true, "Passed", "all checks passed"));
    }

    private static ObjectNode available(boolean status, String reason, String message) {
        return Conditions.of("Available", status, reason, message);
    }

    private static Optional<JsonNode> port(JsonNode spec, long number) {
        for (JsonNode port : spec.path("ports")) {
            if (port.path("port").asLong() == number) {
                return Optional.of(port);
            }
        }
        return Optional.empty();
    }

    private static boolean offers(ObjectNode slice, String portName) {
        boolean ready = false;
        for (JsonNode endpoint : slice.path("endpoints")) {
            ready |= endpoint.path("conditions").path("ready").asBoolean(true);
        }
        boolean named = false;
        for (JsonNode port : slice.path("ports")) {
            named |= port.has("port") && Trees.text(port, "name").equals(portName);
        }
        return ready && named;
    }

    /** The object that says so; empty when it does already. */
    private Optional<ObjectNode> withCondition(ObjectNode apiService, ObjectNode condition) {
        Optional<JsonNode> before = Conditions.find(apiService, "Available");
        boolean same = before.filter(c -> c.path("status").equals(condition.path("status")))
                .isPresent();
        String time = same
                ? Trees.text(before.get(), "lastTransitionTime")
                : clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        condition.put("lastTransitionTime", time);
        if (before.filter(condition::equals).isPresent()) {
            return Optional.empty();
        }
        ObjectNode copy = apiService.deepCopy();
        ArrayNode conditions = Trees.object(copy, "status").get("conditions") instanceof ArrayNode array
                ? array
                : Trees.object(copy, "status").putArray("conditions");
        for (int i = conditions.size() - 1; i >= 0; i--) {
            if (Trees.text(conditions.get(i), "type").equals("Available")) {
                conditions.set(i, condition);
                return Optional.of(copy);
            }
        }
        conditions.add(condition);
        return Optional.of(copy);
    }
}
