/**
 * Replays recorded exchanges against any server and says where its answers differ from those of a real Kubernetes server.
 *
 * <p>A topic is a scenario (the requests) and a recording (the normalised answers). {@link io.kybern.conformance.golden.TopicReplay}
 * sends the steps, {@link io.kybern.conformance.golden.Normaliser} replaces what no two servers share (uids, times, revisions,
 * generated names) by what it means, and {@link io.kybern.conformance.golden.Difference} compares. The rules are part of the format
 * of the recordings: changing one here means recording everything again.
 */
package io.kybern.conformance.golden;
