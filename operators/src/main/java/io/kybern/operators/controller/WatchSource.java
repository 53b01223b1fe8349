package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;

/** Feeds a {@link Watch} from the shared informer of its kind into the queue of a controller. */
final class WatchSource<R extends HasMetadata, P extends HasMetadata> extends AbstractEventSource<R, P>
        implements ResourceEventHandler<R> {
    private final Watch<R> watch;
    private final SharedIndexInformer<R> informer;
    private final SharedIndexInformer<P> primaries;

    WatchSource(Watch<R> watch, int number, SharedIndexInformer<R> informer, SharedIndexInformer<P> primaries) {
        super(watch.kind(), watch.kind().getSimpleName() + number);
        this.watch = watch;
        this.informer = informer;
        this.primaries = primaries;
    }

    @Override
    public void start() {
        super.start();
        informer.addEventHandler(this);
    }

    @Override
    public void stop() {
        super.stop();
        informer.removeEventHandler(this);
    }

    @Override
    public void onAdd(R object) {
        enqueue(watch.added(object));
    }

    @Override
    public void onUpdate(R before, R after) {
        if (!Objects.equals(
                before.getMetadata().getResourceVersion(), after.getMetadata().getResourceVersion())) {
            enqueue(watch.updated(before, after));
        }
    }

    @Override
    public void onDelete(R object, boolean finalStateUnknown) {
        enqueue(watch.deleted(object));
    }

    /** A primary that isn't cached is gone, or will announce itself. */
    private void enqueue(Collection<ResourceID> keys) {
        for (ResourceID key : keys) {
            if (primaries
                            .getStore()
                            .getByKey(Cache.namespaceKeyFunc(key.getNamespace().orElse(""), key.getName()))
                    != null) {
                getEventHandler().handleEvent(new Event(key));
            }
        }
    }

    @Override
    public Set<R> getSecondaryResources(P primary) {
        return Set.of();
    }
}
