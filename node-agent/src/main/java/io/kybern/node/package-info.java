/**
 * The kubelet in Java. It knows the API server only through the Fabric8 client that it is given.
 *
 * <p>A guided tour, along the way of a pod: an informer tells {@link io.kybern.node.pod.PodWorkers} of a pod bound to
 * this node; its worker observes the {@link io.kybern.node.runtime.ContainerRuntime}, asks
 * {@link io.kybern.node.pod.PodPlan} what to do, writes {@link io.kybern.node.pod.PodStatuses what is} and does it.
 * {@code container} and {@code volume} turn the pod's spec into what a runtime takes, {@code probe} asks containers how
 * they are, {@code client} holds what is written to the API server. {@code runtime.cri} runs containers,
 * {@code runtime.simulated} stands in for them. {@code registration} makes the node known and keeps it alive.
 * {@link io.kybern.node.server} is the HTTPS API that the API server calls for logs, exec, attach and port-forward; its
 * page is the contract. {@code image} loads images from files.
 *
 * <p>Enter by {@link io.kybern.node.NodeAgent} for a node that runs containers, by
 * {@link io.kybern.node.SimulatedNodes} for any number that run nothing.
 */
package io.kybern.node;
