package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.node.NodeBlock;
import io.kybern.operators.scheduler.node.Snapshot;
import java.util.Arrays;

/**
 * The nodes found to fit in one cycle: which blocks, and of each which places. Reused from cycle to cycle by the
 * scheduling thread; a plugin must not keep it.
 */
public final class FeasibleNodes {
    private Snapshot snapshot;
    private int[] blocks = new int[16];
    private long[] places = new long[16];
    private int used;
    private int count;

    public FeasibleNodes(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** Empties it for a new cycle. */
    public void reset(Snapshot next) {
        snapshot = next;
        used = 0;
        count = 0;
    }

    public void add(int block, long nodes) {
        if (nodes == 0) {
            return;
        }
        if (used == blocks.length) {
            blocks = Arrays.copyOf(blocks, used * 2);
            places = Arrays.copyOf(places, used * 2);
        }
        blocks[used] = block;
        places[used] = nodes;
        used++;
        count += Long.bitCount(nodes);
    }

    /** How many nodes. */
    public int count() {
        return count;
    }

    /** How many parts, each some nodes of one block. */
    public int parts() {
        return used;
    }

    public NodeBlock block(int part) {
        return snapshot.block(blocks[part]);
    }

    public long nodes(int part) {
        return places[part];
    }

    /** The name of the {@code index}-th node, in the order in which scores are written. */
    public String name(int index) {
        int left = index;
        for (int part = 0; part < used; part++) {
            int here = Long.bitCount(places[part]);
            if (left < here) {
                long bits = places[part];
                for (int i = 0; i < left; i++) {
                    bits &= bits - 1;
                }
                return block(part).node(Long.numberOfTrailingZeros(bits)).name();
            }
            left -= here;
        }
        throw new IndexOutOfBoundsException(index);
    }
}
