package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.Optional;

/** Says which of the nodes that would do are better. */
public interface ScorePlugin extends Plugin {
    /** The highest score of a node, after normalising. */
    long MAX_SCORE = 100;

    /** Looks at the pod once per cycle; empty when all nodes are the same to it. */
    Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, FeasibleNodes feasible);
}
