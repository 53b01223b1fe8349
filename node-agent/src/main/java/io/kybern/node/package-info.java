/**
 * The kubelet in Java. It knows the API server only through the Fabric8 client that it is given.
 *
 * <p>A guided tour, along the way of a pod: an informer tells {@link io.kybern.node.pod.PodWorkers} of a pod bound to
 * this node; its worker observes the {@link io.kybern.node.runtime.ContainerRuntime}, asks
 * {@link io.kybern.node.pod.PodPlan} what to do, writes {@link io.kybern.node.pod.PodStatuses what is} and does it.
 * {@code registration} makes the node known and keeps it alive. {@code runtime.simulated} stands in for containers.
 *
 * <p>Enter by {@link io.kybern.node.SimulatedNodes} for nodes that run nothing.
 */
package io.kybern.node;
