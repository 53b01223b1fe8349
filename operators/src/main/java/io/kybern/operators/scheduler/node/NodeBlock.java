package io.kybern.operators.scheduler.node;

import io.kybern.operators.scheduler.pod.HostPort;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.ResourceNames;
import io.kybern.operators.scheduler.pod.ResourceVector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Up to 64 nodes, by column: one array of longs per resource, one bit per node for what is yes or no. A set of nodes
 * of a block is a {@code long}, so a filter that asks for a bit costs one operation for 64 nodes, and one that compares
 * amounts runs over an array that lies in the first-level cache. 5,000 nodes are 79 blocks.
 *
 * <pre>
 *              bit  63 … 3 2 1 0
 *  present()         0 … 1 1 0 1      node 1 is a free place
 *  tainted()         0 … 0 1 0 0      only node 2 needs a look at tolerations
 *  free(CPU)       [ 3900, 0, 250, 4000, … ]      thousandths of a core
 * </pre>
 *
 * A block that others may see is never changed: the cache copies it before it writes (some 6 KB) and only then.
 */
public final class NodeBlock {
    public static final int SIZE = 64;

    private static final int FIXED_RESOURCES = 4;
    private static final PodInfo[] NO_PODS = {};
    private static final long[] NOTHING = new long[SIZE];

    private final @Nullable NodeInfo[] nodes;
    private final PodInfo[][] pods;
    /** By resource; an extended resource that no node of the block has is {@link #NOTHING}. */
    private long[][] allocatable;

    private long[][] free;
    private final long[] nonZeroCpu;
    private final long[] nonZeroMemory;
    private long present;
    private long unschedulable;
    private long tainted;
    private long softTainted;
    private long withHostPorts;
    private long withAffinity;

    NodeBlock() {
        nodes = new NodeInfo[SIZE];
        pods = new PodInfo[SIZE][];
        Arrays.fill(pods, NO_PODS);
        allocatable = new long[FIXED_RESOURCES][SIZE];
        free = new long[FIXED_RESOURCES][SIZE];
        nonZeroCpu = new long[SIZE];
        nonZeroMemory = new long[SIZE];
    }

    private NodeBlock(NodeBlock other) {
        nodes = other.nodes.clone();
        pods = other.pods.clone();
        allocatable = copy(other.allocatable);
        free = copy(other.free);
        nonZeroCpu = other.nonZeroCpu.clone();
        nonZeroMemory = other.nonZeroMemory.clone();
        present = other.present;
        unschedulable = other.unschedulable;
        tainted = other.tainted;
        softTainted = other.softTainted;
        withHostPorts = other.withHostPorts;
        withAffinity = other.withAffinity;
    }

    private static long[][] copy(long[][] columns) {
        long[][] copy = columns.clone();
        for (int i = 0; i < copy.length; i++) {
            if (copy[i] != NOTHING) {
                copy[i] = copy[i].clone();
            }
        }
        return copy;
    }

    /** The places that hold a node. */
    public long present() {
        return present;
    }

    /** Nodes with {@code spec.unschedulable}. */
    public long unschedulable() {
        return unschedulable;
    }

    /** Nodes with a taint of effect NoSchedule or NoExecute. */
    public long tainted() {
        return tainted;
    }

    /** Nodes with a taint of effect PreferNoSchedule. */
    public long softTainted() {
        return softTainted;
    }

    /** Nodes with a pod that takes ports of the node. */
    public long withHostPorts() {
        return withHostPorts;
    }

    /** Nodes with a pod that has affinity or anti-affinity to pods. */
    public long withAffinity() {
        return withAffinity;
    }

    /** @throws IllegalArgumentException when no node is at {@code place} */
    public NodeInfo node(int place) {
        NodeInfo node = nodes[place];
        if (node == null) {
            throw new IllegalArgumentException("no node at place " + place);
        }
        return node;
    }

    /** The pods on the node at {@code place}, with those assumed to be; not to be changed. */
    public List<PodInfo> pods(int place) {
        return Arrays.asList(pods[place]);
    }

    public long allocatable(int resource, int place) {
        return resource < allocatable.length ? allocatable[resource][place] : 0;
    }

    /** Allocatable less what pods request; below zero when more was promised than there is. */
    public long free(int resource, int place) {
        return resource < free.length ? free[resource][place] : 0;
    }

    /** What pods request of cpu, in thousandths, each with a typical amount where it states none. */
    public long nonZeroCpu(int place) {
        return nonZeroCpu[place];
    }

    /** What pods request of memory, in bytes, each with a typical amount where it states none. */
    public long nonZeroMemory(int place) {
        return nonZeroMemory[place];
    }

    /** The nodes with at least {@code amount} of a resource free. */
    public long withFree(int resource, long amount) {
        long[] column = resource < free.length ? free[resource] : NOTHING;
        long enough = 0;
        for (int place = 0; place < SIZE; place++) {
            enough |= (column[place] >= amount ? 1L : 0L) << place;
        }
        return enough;
    }

    /** This block with nothing else in it than the node at {@code place}, without some of its pods. */
    public NodeBlock without(int place, List<PodInfo> leaving) {
        NodeBlock changed = copy();
        leaving.forEach(pod -> changed.remove(place, pod));
        changed.present = 1L << place;
        return changed;
    }

    /** This block with {@code pod} on the node at {@code place} as well. */
    public NodeBlock with(int place, PodInfo pod) {
        NodeBlock changed = copy();
        changed.add(place, pod);
        return changed;
    }

    NodeBlock copy() {
        return new NodeBlock(this);
    }

    void put(int place, NodeInfo node) {
        nodes[place] = node;
        long bit = 1L << place;
        present |= bit;
        unschedulable = set(unschedulable, bit, node.unschedulable());
        tainted = set(
                tainted, bit, node.taints().stream().anyMatch(taint -> !"PreferNoSchedule".equals(taint.getEffect())));
        softTainted = set(
                softTainted,
                bit,
                node.taints().stream().anyMatch(taint -> "PreferNoSchedule".equals(taint.getEffect())));
        allocate(place, node.allocatable());
    }

    /** Takes the node away; its pods stay until they are removed themselves. */
    void clear(int place, ResourceNames names) {
        nodes[place] = null;
        long bit = 1L << place;
        present &= ~bit;
        unschedulable &= ~bit;
        tainted &= ~bit;
        softTainted &= ~bit;
        allocate(place, ResourceVector.of(Map.of(), names));
    }

    private void allocate(int place, ResourceVector amounts) {
        for (int resource = 0; resource < allocatable.length; resource++) {
            if (allocatable[resource] != NOTHING) {
                free[resource][place] -= allocatable[resource][place];
                allocatable[resource][place] = 0;
            }
        }
        for (int i = 0; i < amounts.size(); i++) {
            int resource = amounts.resource(i);
            own(resource);
            allocatable[resource][place] = amounts.amount(i);
            free[resource][place] += amounts.amount(i);
        }
    }

    void add(int place, PodInfo pod) {
        PodInfo[] before = pods[place];
        PodInfo[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = pod;
        pods[place] = after;
        account(place, pod, 1);
    }

    void remove(int place, PodInfo pod) {
        PodInfo[] before = pods[place];
        for (int i = 0; i < before.length; i++) {
            if (before[i].key().equals(pod.key())) {
                PodInfo found = before[i];
                PodInfo[] after = new PodInfo[before.length - 1];
                System.arraycopy(before, 0, after, 0, i);
                System.arraycopy(before, i + 1, after, i, after.length - i);
                pods[place] = after;
                account(place, found, -1);
                return;
            }
        }
    }

    private void account(int place, PodInfo pod, int sign) {
        ResourceVector requests = pod.requests();
        for (int i = 0; i < requests.size(); i++) {
            own(requests.resource(i));
            free[requests.resource(i)][place] -= sign * requests.amount(i);
        }
        nonZeroCpu[place] += sign * pod.nonZeroRequests().amountOf(ResourceNames.CPU);
        nonZeroMemory[place] += sign * pod.nonZeroRequests().amountOf(ResourceNames.MEMORY);
        long bit = 1L << place;
        if (!pod.hostPorts().isEmpty()) {
            withHostPorts = set(
                    withHostPorts,
                    bit,
                    anyPod(place, other -> !other.hostPorts().isEmpty()));
        }
        if (hasPodAffinity(pod)) {
            withAffinity = set(withAffinity, bit, anyPod(place, NodeBlock::hasPodAffinity));
        }
    }

    private boolean anyPod(int place, Predicate<PodInfo> test) {
        return Arrays.stream(pods[place]).anyMatch(test);
    }

    private static boolean hasPodAffinity(PodInfo pod) {
        return pod.affinity().isPresent()
                && (pod.affinity().get().getPodAffinity() != null
                        || pod.affinity().get().getPodAntiAffinity() != null);
    }

    /** Makes sure that the block has columns of its own for a resource. */
    private void own(int resource) {
        if (resource >= free.length) {
            int length = free.length;
            free = Arrays.copyOf(free, resource + 1);
            allocatable = Arrays.copyOf(allocatable, resource + 1);
            Arrays.fill(free, length, resource + 1, NOTHING);
            Arrays.fill(allocatable, length, resource + 1, NOTHING);
        }
        if (free[resource] == NOTHING) {
            free[resource] = new long[SIZE];
            allocatable[resource] = new long[SIZE];
        }
    }

    boolean isVacant(int place) {
        return nodes[place] == null && pods[place].length == 0;
    }

    /** Whether a pod on the node at {@code place} has one of the ports. */
    public boolean portsTaken(int place, List<HostPort> wanted) {
        for (PodInfo pod : pods[place]) {
            for (HostPort taken : pod.hostPorts()) {
                for (HostPort port : wanted) {
                    if (port.conflictsWith(taken)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static long set(long bits, long bit, boolean on) {
        return on ? bits | bit : bits & ~bit;
    }
}
