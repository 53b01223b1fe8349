/**
 * Random clients against a server that is killed, stopped, cut off from its disk and set to another time; and the proof that
 * what they were told fits together. After etcd's robustness tests.
 *
 * <p>A {@code Plan} comes from a seed: how many clients and objects, how much of the past the server keeps, which faults. {@code
 * Run} carries it out: {@code RandomClient}s and {@code WatchClient}s ask by {@code ApiClient} and keep what they did in a
 * {@code Recording}, while {@code Faults} befall the {@code Subject} process and its {@code SmallDisk}. {@code check} judges the
 * {@code history}. Seeds give the same plan again, not the same interleaving.
 */
@NullMarked
package io.kybern.conformance.robustness;

import org.jspecify.annotations.NullMarked;
