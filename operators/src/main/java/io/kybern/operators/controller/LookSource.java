package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;

/** Lets a controller have one of its objects looked at. */
final class LookSource<P extends HasMetadata> extends AbstractEventSource<P, P> {
    LookSource(Class<P> primary) {
        super(primary, "looks");
    }

    void look(ResourceID key) {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(key));
        }
    }

    @Override
    public Set<P> getSecondaryResources(P primary) {
        return Set.of();
    }
}
