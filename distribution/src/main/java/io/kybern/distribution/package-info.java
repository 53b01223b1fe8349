/**
 * The whole of Kybern in one process, and the {@code kybern} command around it.
 *
 * <ul>
 *   <li>{@link io.kybern.distribution.AllInOne} starts {@link io.kybern.distribution.Component}s in order and stops them
 *       in reverse; it is all that a test needs.
 *   <li>{@code quarkus} is the background process, a Quarkus application around it; {@code server} its flags, and how the
 *       command starts it.
 *   <li>{@code progress} is what it tells the command that started it.
 *   <li>{@code command} holds one class for each word after {@code kybern}.
 *   <li>{@code cluster} is a cluster on disk and as a process; {@code kubeconfig} and {@code flag} are what they say.
 * </ul>
 */
package io.kybern.distribution;
