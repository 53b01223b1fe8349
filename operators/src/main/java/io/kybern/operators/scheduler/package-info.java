/**
 * Gives pods their nodes, as kube-scheduler does (1.36).
 *
 * <pre>
 *  pods, nodes ──▶ ClusterFeed ──▶ queue ──▶ SchedulingLoop ──▶ SchedulingAlgorithm (a pure decision on a Snapshot)
 *                        │                        │ assume                  │
 *                        └──▶ NodeCache ◀─────────┘               found: BindingCycle │ not: ApiReport
 * </pre>
 *
 * <ul>
 *   <li>{@link io.kybern.operators.scheduler.pod}, {@link io.kybern.operators.scheduler.node}: what is known
 *   <li>{@link io.kybern.operators.scheduler.queue}: who is next, and who may be worth another try
 *   <li>{@link io.kybern.operators.scheduler.framework}: where plugins take part
 *   <li>{@link io.kybern.operators.scheduler.plugin}: the plugins
 * </ul>
 */
@NullMarked
package io.kybern.operators.scheduler;

import org.jspecify.annotations.NullMarked;
