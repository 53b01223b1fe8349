package io.kybern.node.client;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;

/** The writes about one pod. Calls block; they are made on virtual threads. */
public interface PodApi {
    /**
     * Brings the pod's status from {@code before} to {@code after}, naming only what differs.
     *
     * @return false when the API server has this pod no longer
     */
    boolean patchStatus(Pod pod, PodStatus before, PodStatus after);

    /** Removes the pod's object now, if it is still the same pod; a pod that is gone is removed successfully. */
    void confirmDeletion(Pod pod);
}
