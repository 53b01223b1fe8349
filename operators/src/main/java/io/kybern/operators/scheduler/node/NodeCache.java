package io.kybern.operators.scheduler.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.PodKey;
import io.kybern.operators.scheduler.pod.ResourceNames;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is known of nodes and of the pods on them: what the API server told, and the pods that were just given a node
 * and whose binding has not come back yet (<em>assumed</em>).
 *
 * <pre>
 *   absent ── assume ──▶ assumed ── podAdded ──▶ added
 *     ▲                     │                      │
 *     └────── forget ───────┘◀──── podRemoved ─────┘
 * </pre>
 *
 * When a pod comes back on another node than assumed (somebody else bound it), what comes back holds. Pods of a node
 * that is not known, or no longer, are kept: the order in which two watches tell is not ours. Any thread may call; one
 * lock, never held while calling out.
 */
public final class NodeCache {
    private record Placed(PodInfo pod, boolean assumed) {}

    private final ResourceNames names;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> positions = new ConcurrentHashMap<>();

    @GuardedBy("lock") private final Map<PodKey, Placed> pods = new HashMap<>();

    @GuardedBy("lock") private final Map<String, Integer> imageNodes = new HashMap<>();

    @GuardedBy("lock") private NodeBlock[] blocks = {};
    /** Blocks that a snapshot holds: copied before the next write. */
    @GuardedBy("lock") private final BitSet shared = new BitSet();

    /** Places that hold neither a node nor pods. */
    @GuardedBy("lock") private final BitSet vacancies = new BitSet();

    @GuardedBy("lock") private int size;

    @GuardedBy("lock") private boolean imagesChanged;

    @GuardedBy("lock") private @Nullable Snapshot last;

    @GuardedBy("lock") private Map<String, Integer> lastImages = Map.of();

    public NodeCache(ResourceNames names) {
        this.names = names;
    }

    /** The nodes as they are now. Costs nothing when nothing changed, else a copy of an array of block references. */
    public Snapshot snapshot() {
        lock.lock();
        try {
            if (last == null) {
                if (imagesChanged) {
                    lastImages = Map.copyOf(imageNodes);
                    imagesChanged = false;
                }
                shared.set(0, blocks.length);
                last = new Snapshot(blocks.clone(), size, positions, lastImages);
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Adds or replaces a node; answers the version that was known before. */
    public Optional<NodeInfo> putNode(NodeInfo node) {
        lock.lock();
        try {
            int position = position(node.name());
            int place = position % NodeBlock.SIZE;
            NodeBlock block = blocks[position / NodeBlock.SIZE];
            Optional<NodeInfo> before =
                    (block.present() & 1L << place) == 0 ? Optional.empty() : Optional.of(block.node(place));
            if (before.isPresent() && before.get().equals(node)) {
                return before;
            }
            writable(position).put(place, node);
            size += before.isPresent() ? 0 : 1;
            countImages(before.map(NodeInfo::images).orElse(Map.of()), -1);
            countImages(node.images(), 1);
            return before;
        } finally {
            lock.unlock();
        }
    }

    public void removeNode(String name) {
        lock.lock();
        try {
            Integer position = positions.get(name);
            if (position == null) {
                return;
            }
            int place = position % NodeBlock.SIZE;
            NodeBlock block = writable(position);
            if ((block.present() & 1L << place) != 0) {
                countImages(block.node(place).images(), -1);
                block.clear(place, names);
                size--;
            }
            vacate(name, position);
        } finally {
            lock.unlock();
        }
    }

    /** Adds, replaces or confirms a pod that has a node; answers the version that was known, unless only assumed. */
    public Optional<PodInfo> putPod(PodInfo pod) {
        lock.lock();
        try {
            Optional<Placed> before = take(pod.key());
            place(pod, false);
            return before.filter(placed -> !placed.assumed()).map(Placed::pod);
        } finally {
            lock.unlock();
        }
    }

    /** Answers the version that was known, with its node. */
    public Optional<PodInfo> removePod(PodKey key) {
        lock.lock();
        try {
            return take(key).map(Placed::pod);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts a pod on a node before the API server does.
     *
     * @return false when it has one already
     */
    public boolean assume(PodInfo pod, String node) {
        lock.lock();
        try {
            if (pods.containsKey(pod.key())) {
                return false;
            }
            place(pod.onNode(node), true);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes an assumed pod back and answers it with its node; one that was confirmed since stays. */
    public Optional<PodInfo> forget(PodKey key) {
        lock.lock();
        try {
            Placed placed = pods.get(key);
            return placed != null && placed.assumed() ? take(key).map(Placed::pod) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private void place(PodInfo pod, boolean assumed) {
        int position = position(pod.nodeName());
        writable(position).add(position % NodeBlock.SIZE, pod);
        pods.put(pod.key(), new Placed(pod, assumed));
    }

    @GuardedBy("lock") private Optional<Placed> take(PodKey key) {
        Placed placed = pods.remove(key);
        if (placed == null) {
            return Optional.empty();
        }
        String node = placed.pod().nodeName();
        int position = position(node);
        writable(position).remove(position % NodeBlock.SIZE, placed.pod());
        vacate(node, position);
        return Optional.of(placed);
    }

    /** The block to write to. */
    @GuardedBy("lock") private NodeBlock writable(int position) {
        last = null;
        int index = position / NodeBlock.SIZE;
        if (shared.get(index)) {
            blocks[index] = blocks[index].copy();
            shared.clear(index);
        }
        return blocks[index];
    }

    @GuardedBy("lock") private int position(String node) {
        Integer known = positions.get(node);
        if (known != null) {
            return known;
        }
        int position = vacancies.nextSetBit(0);
        if (position < 0) {
            position = blocks.length * NodeBlock.SIZE;
            vacancies.set(position, position + NodeBlock.SIZE);
            blocks = Arrays.copyOf(blocks, blocks.length + 1);
            blocks[blocks.length - 1] = new NodeBlock();
        }
        vacancies.clear(position);
        positions.put(node, position);
        return position;
    }

    @GuardedBy("lock") private void vacate(String node, int position) {
        if (blocks[position / NodeBlock.SIZE].isVacant(position % NodeBlock.SIZE)) {
            positions.remove(node);
            vacancies.set(position);
        }
    }

    @GuardedBy("lock") private void countImages(Map<String, Long> images, int by) {
        for (String image : images.keySet()) {
            imageNodes.merge(image, by, (a, b) -> a + b == 0 ? null : a + b);
            imagesChanged = true;
        }
    }
}
