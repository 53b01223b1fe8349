package io.kybern.node.registration;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.kybern.node.client.ApiRequests;
import io.kybern.node.client.ApiRequests.Answer;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One node's object and lease at the API server. {@link #register} and the heartbeats may be repeated at will; calls block,
 * and those of one node must not overlap.
 */
public final class NodeRegistration {
    /** Upstream's {@code nodeLeaseDurationSeconds}. */
    private static final int LEASE_SECONDS = 40;

    private static final String NODES = "api/v1/nodes";
    private static final String LEASES = "apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final ApiRequests requests;
    private final NodeFacts facts;
    private final Supplier<Optional<String>> unreadiness;
    private final InstantSource clock;
    private Optional<NodeStatus> reported = Optional.empty();
    private Optional<ObjectNode> lease = Optional.empty();
    private String uid = "";

    /** @param unreadiness why no pod can run here now; empty when the node is ready */
    public NodeRegistration(
            ApiRequests requests, NodeFacts facts, Supplier<Optional<String>> unreadiness, InstantSource clock) {
        this.requests = requests;
        this.facts = facts;
        this.unreadiness = unreadiness;
        this.clock = clock;
    }

    public String name() {
        return facts.name();
    }

    /** Creates the node, or takes over the one of that name. */
    public void register() {
        NodeStatus status = NodeObjects.status(facts, Optional.empty(), unreadiness.get(), clock.instant());
        Node node = NodeObjects.node(facts, status);
        Answer created = requests.send("POST", ApiRequests.JSON, NODES, JSON.valueToTree(node));
        if (created.code() == 409) {
            takeOver(node, status);
            return;
        }
        created.expectSuccess("register node " + facts.name());
        uid = created.json().path("metadata").path("uid").asText();
        if (created.json().path("status").path("conditions").isEmpty()) {
            patchStatus(status);
        }
        reported = Optional.of(status);
    }

    private void takeOver(Node node, NodeStatus status) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata")
                .set("labels", JSON.valueToTree(node.getMetadata().getLabels()));
        Answer patched = requests.send("PATCH", ApiRequests.STRATEGIC_MERGE, NODES + "/" + facts.name(), patch);
        patched.expectSuccess("take over node " + facts.name());
        uid = patched.json().path("metadata").path("uid").asText();
        patchStatus(status);
        reported = Optional.of(status);
    }

    /** Writes the status with new heartbeat times. */
    public void reportStatus() {
        NodeStatus status = NodeObjects.status(facts, reported, unreadiness.get(), clock.instant());
        patchStatus(status);
        reported = Optional.of(status);
    }

    /** Writes the status if readiness changed since it was last written. */
    public void reportChange() {
        NodeStatus status = NodeObjects.status(facts, reported, unreadiness.get(), clock.instant());
        boolean changed = reported.map(before -> !verdicts(before).equals(verdicts(status)))
                .orElse(true);
        if (changed) {
            patchStatus(status);
            reported = Optional.of(status);
        }
    }

    private static List<String> verdicts(NodeStatus status) {
        return status.getConditions().stream()
                .map(condition -> condition.getType() + condition.getStatus() + condition.getMessage())
                .toList();
    }

    private void patchStatus(NodeStatus status) {
        ObjectNode patch = JSON.createObjectNode();
        patch.set("status", JSON.valueToTree(status));
        Answer answer =
                requests.send("PATCH", ApiRequests.STRATEGIC_MERGE, NODES + "/" + facts.name() + "/status", patch);
        if (answer.code() == 404) {
            register();
            return;
        }
        answer.expectSuccess("report the status of node " + facts.name());
    }

    /** Says that the node lives: one PUT, or a POST the first time. */
    public void renewLease() {
        String now = microTime();
        if (lease.isEmpty()) {
            acquireLease(now);
            return;
        }
        ObjectNode held = lease.get();
        ((ObjectNode) held.get("spec")).put("renewTime", now);
        Answer answer = requests.send("PUT", ApiRequests.JSON, LEASES + "/" + facts.name(), held);
        if (answer.code() == 404 || answer.code() == 409) {
            lease = Optional.empty();
            acquireLease(now);
            return;
        }
        keep(answer, "renew");
    }

    private void acquireLease(String now) {
        ObjectNode fresh = JSON.createObjectNode()
                .put("apiVersion", "coordination.k8s.io/v1")
                .put("kind", "Lease");
        ObjectNode metadata =
                fresh.putObject("metadata").put("name", facts.name()).put("namespace", "kube-node-lease");
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", facts.name())
                .put("uid", uid);
        fresh.putObject("spec")
                .put("holderIdentity", facts.name())
                .put("leaseDurationSeconds", LEASE_SECONDS)
                .put("renewTime", now);
        Answer created = requests.send("POST", ApiRequests.JSON, LEASES, fresh);
        keep(created.code() == 409 ? takeLease(fresh) : created, "take");
    }

    /** An older lease of this node is there: a lease is only replaced by naming its version. */
    private Answer takeLease(ObjectNode fresh) {
        String path = LEASES + "/" + facts.name();
        Answer present = requests.get(path);
        present.expectSuccess("read the lease of node " + facts.name());
        ((ObjectNode) fresh.get("metadata"))
                .set("resourceVersion", present.json().path("metadata").path("resourceVersion"));
        return requests.send("PUT", ApiRequests.JSON, path, fresh);
    }

    private void keep(Answer answer, String verb) {
        answer.expectSuccess(verb + " the lease of node " + facts.name());
        ObjectNode stored = (ObjectNode) answer.json();
        ((ObjectNode) stored.get("metadata")).remove("managedFields");
        lease = Optional.of(stored);
    }

    private String microTime() {
        return MICRO_TIME.format(clock.instant());
    }
}
