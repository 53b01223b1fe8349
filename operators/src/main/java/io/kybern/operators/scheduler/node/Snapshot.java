package io.kybern.operators.scheduler.node;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * All nodes at one moment; never changes. The next one shares the blocks in which nothing happened.
 */
public final class Snapshot {
    private final NodeBlock[] blocks;
    private final int size;
    /** Shared with the cache, so ahead of this snapshot; each answer is checked against the blocks. */
    private final Map<String, Integer> places;

    private final Map<String, Integer> imageNodes;

    Snapshot(NodeBlock[] blocks, int size, Map<String, Integer> places, Map<String, Integer> imageNodes) {
        this.blocks = blocks;
        this.size = size;
        this.places = places;
        this.imageNodes = imageNodes;
    }

    /** How many nodes there are. */
    public int size() {
        return size;
    }

    public int blocks() {
        return blocks.length;
    }

    public NodeBlock block(int index) {
        return blocks[index];
    }

    public List<NodeBlock> allBlocks() {
        return List.of(blocks);
    }

    /** Where a node is: block number times {@link NodeBlock#SIZE} plus its place there. */
    public OptionalInt find(String node) {
        Integer position = places.get(node);
        if (position == null || position / NodeBlock.SIZE >= blocks.length) {
            return OptionalInt.empty();
        }
        NodeBlock block = blocks[position / NodeBlock.SIZE];
        int place = position % NodeBlock.SIZE;
        boolean there =
                (block.present() & 1L << place) != 0 && block.node(place).name().equals(node);
        return there ? OptionalInt.of(position) : OptionalInt.empty();
    }

    public NodeInfo node(int position) {
        return blocks[position / NodeBlock.SIZE].node(position % NodeBlock.SIZE);
    }

    /** How many nodes hold an image. */
    public int nodesWithImage(String image) {
        return imageNodes.getOrDefault(image, 0);
    }
}
