package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.node.NodeBlock;

/**
 * A plugin's question to nodes for one pod. The two methods agree: {@link #explain} is asked, when nothing fits, for
 * exactly the nodes that {@link #filter} left out, so that a cycle that finds a node pays for no explanation.
 */
public interface NodeFilter {
    /**
     * Answers those of the candidates that pass.
     *
     * @param candidates places of {@code block}, one bit each; all of them hold a node
     */
    long filter(NodeBlock block, long candidates);

    /** Why the node at {@code place} does not pass. */
    Rejection explain(NodeBlock block, int place);
}
