/** The life of a pod on a node: pure decisions ({@link io.kybern.node.pod.PodPlan}, {@link io.kybern.node.pod.PodStatuses}) over an {@link io.kybern.node.pod.Observation}, and a worker that carries them out. */
package io.kybern.node.pod;
