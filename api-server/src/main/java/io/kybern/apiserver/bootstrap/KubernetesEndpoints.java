package io.kybern.apiserver.bootstrap;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.net.IpAddress;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.logging.Logger;

/**
 * The endpoints of the Service {@code kubernetes}: all living servers. Each keeps a key of its address in the store, which goes by
 * itself when its server does not renew it; whoever finds that the keys and the objects differ mends the objects. All listen
 * on the port of whoever started last, as in the original. Source: {@code pkg/controlplane/reconcilers/lease.go}.
 *
 * <p>Where the store is not shared, there is only this server. Blocks; thread-safe.
 */
public final class KubernetesEndpoints {
    /** Between renewals; all servers have to agree on it. */
    public static final int RENEW_SECONDS = 10;

    private static final int LIFETIME_SECONDS = 15;
    private static final String PREFIX = "/registry/masterleases/";
    private static final String END = "/registry/masterleases0";
    private static final String NAMESPACE = "default";
    private static final String NAME = "kubernetes";
    private static final GroupResource ENDPOINTS = new GroupResource("", "endpoints");
    private static final GroupResource SLICES = new GroupResource("discovery.k8s.io", "endpointslices");
    private static final Logger LOG = Logger.getLogger(KubernetesEndpoints.class.getName());

    private final KeyValueStore store;
    private final Loopback loopback;
    private final IpAddress address;
    private final ObjectNode endpoints;
    private final ObjectNode slice;
    private long generation;
    private boolean left;

    /** @param parameters say where this server is */
    public KubernetesEndpoints(KeyValueStore store, Loopback loopback, BootstrapParameters parameters) {
        this.store = store;
        this.loopback = loopback;
        this.address = parameters.advertiseAddress();
        BootstrapObjects objects = new BootstrapObjects(parameters);
        this.endpoints = objects.endpoints("Endpoints");
        this.slice = objects.endpoints("EndpointSlice");
    }

    /** Says that this server lives here and listens on its port. */
    public synchronized void join() {
        renew();
        show(true);
    }

    /** The same again, at most {@link #RENEW_SECONDS} later. What fails is made good by the next time. */
    public synchronized void reconcile() {
        if (!left) {
            try {
                renew();
                show(false);
            } catch (RuntimeException e) {
                LOG.warning(() -> "can't renew the endpoint of this server: " + e.getMessage());
            }
        }
    }

    /** Says that this server goes; nothing is renewed from here on. */
    public synchronized void leave() {
        left = true;
        if (store.shared()) {
            try {
                store.commit(Write.delete(PREFIX + address, null));
                show(false);
            } catch (RuntimeException e) {
                LOG.warning(() -> "can't remove the endpoint of this server, it goes by itself: " + e.getMessage());
            }
        }
    }

    private void renew() {
        if (!store.shared()) {
            return;
        }
        ObjectNode sign = JsonNodeFactory.instance.objectNode();
        sign.put("kind", "Endpoints").put("apiVersion", "v1");
        sign.putObject("metadata").put("generation", ++generation).putNull("creationTimestamp");
        sign.putArray("subsets").addObject().putArray("addresses").addObject().put("ip", address.toString());
        store.commit(new Write.Put(PREFIX + address, null, JsonWriter.bytes(sign), null, LIFETIME_SECONDS));
    }

    private List<String> living() {
        if (!store.shared()) {
            return List.of(address.toString());
        }
        TreeSet<String> addresses = new TreeSet<>();
        for (KeyValue pair : store.range(PREFIX, END, Revision.NONE, 0).items()) {
            addresses.add(pair.key().substring(PREFIX.length()));
        }
        return List.copyOf(addresses);
    }

    private void show(boolean withPort) {
        List<String> living = living();
        if (living.isEmpty()) {
            return; // who leaves last leaves its address
        }
        ArrayNode subset = JsonNodeFactory.instance.arrayNode();
        living.forEach(ip -> subset.addObject().put("ip", ip));
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        for (String ip : living) {
            ObjectNode item = items.addObject();
            item.putArray("addresses").add(ip);
            item.putObject("conditions").put("ready", true);
        }
        ObjectNode wanted = endpoints.deepCopy();
        Trees.objects(wanted.path("subsets")).getFirst().set("addresses", subset);
        loopback.get(ENDPOINTS, NAMESPACE, NAME).ifPresentOrElse(stored -> mend(stored, wanted, withPort), () -> {
            check(loopback.create(wanted, BootstrapManagers.of("Endpoints").object()));
        });
        ObjectNode wantedSlice = slice.deepCopy();
        wantedSlice.set("endpoints", items);
        Optional<ObjectNode> storedSlice = loopback.get(SLICES, NAMESPACE, NAME);
        if (storedSlice.isEmpty()) {
            check(loopback.create(
                    wantedSlice, BootstrapManagers.of("EndpointSlice").object()));
        } else {
            mend(storedSlice.get(), wantedSlice, withPort);
        }
    }

    private void mend(ObjectNode stored, ObjectNode wanted, boolean withPort) {
        ObjectNode mended = stored.deepCopy();
        if (!withPort) {
            keepPorts(stored, wanted);
        }
        for (String field : List.of("subsets", "endpoints", "ports")) {
            if (wanted.has(field) && !Trees.same(mended.path(field), wanted.get(field))) {
                mended.set(field, wanted.get(field));
            }
        }
        if (!mended.equals(stored)) {
            check(loopback.update(mended));
        }
    }

    private static void keepPorts(ObjectNode stored, ObjectNode wanted) {
        if (stored.has("ports")) {
            wanted.set("ports", stored.get("ports").deepCopy());
        }
        List<ObjectNode> subsets = Trees.objects(stored.path("subsets"));
        if (subsets.size() == 1 && subsets.getFirst().has("ports")) {
            Trees.objects(wanted.path("subsets"))
                    .getFirst()
                    .set("ports", subsets.getFirst().get("ports").deepCopy());
        }
    }

    /** A conflict is another server that does the same. */
    private static void check(Loopback.Answer answer) {
        if (!answer.ok() && answer.status() != 409) {
            LOG.warning(() -> "can't write the endpoints of kubernetes: "
                    + answer.body().path("message").asText());
        }
    }
}
