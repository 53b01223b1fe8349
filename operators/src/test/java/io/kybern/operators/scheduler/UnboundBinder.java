package io.kybern.operators.scheduler;

import io.kybern.operators.scheduler.framework.BindPlugin;
import io.kybern.operators.scheduler.pod.PodInfo;

/** Binds nothing, for tests that only decide. */
public final class UnboundBinder implements BindPlugin {
    @Override
    public String name() {
        return "UnboundBinder";
    }

    @Override
    public void bind(PodInfo pod, String node) {}
}
