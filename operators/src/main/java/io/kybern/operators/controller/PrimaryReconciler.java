package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kybern.operators.informer.SharedInformers;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** A {@link KindController} as the Java Operator SDK runs it. */
final class PrimaryReconciler<P extends HasMetadata> implements Reconciler<P> {
    /** A stale cache is the usual reason of a conflict, and is up to date this much later. */
    private static final Duration AFTER_CONFLICT = Duration.ofMillis(20);

    private static final Duration AFTER_MISSING = Duration.ofSeconds(5);

    private final KindController<P> controller;
    private final SharedInformers informers;
    private final Semaphore permits;

    /** @param concurrency how many objects may be worked on at once */
    PrimaryReconciler(KindController<P> controller, SharedInformers informers, int concurrency) {
        this.controller = controller;
        this.informers = informers;
        this.permits = new Semaphore(concurrency);
    }

    @Override
    public List<EventSource<?, P>> prepareEventSources(EventSourceContext<P> context) {
        SharedIndexInformer<P> primaries = informers.of(controller.primary());
        List<EventSource<?, P>> sources = new ArrayList<>();
        for (Watch<?> watch : controller.watches()) {
            sources.add(source(watch, sources.size(), primaries));
        }
        LookSource<P> looks = new LookSource<>(controller.primary());
        controller.start(looks::look);
        sources.add(looks);
        return sources;
    }

    private <R extends HasMetadata> WatchSource<R, P> source(
            Watch<R> watch, int number, SharedIndexInformer<P> primaries) {
        return new WatchSource<>(watch, number, watch.informer(informers), primaries);
    }

    @Override
    public UpdateControl<P> reconcile(P object, Context<P> context) throws Exception {
        if (context.isPrimaryResourceDeleted()) {
            controller.gone(ResourceID.fromResource(object));
            return UpdateControl.noUpdate();
        }
        permits.acquire();
        try {
            Requeue requeue = controller.reconcile(object);
            UpdateControl<P> control = UpdateControl.noUpdate();
            requeue.after().ifPresent(control::rescheduleAfter);
            return control;
        } finally {
            permits.release();
        }
    }

    /**
     * No failures worth a log entry: somebody was faster, and the cache will tell soon; or the object is gone, and
     * that event is under way.
     */
    @Override
    public ErrorStatusUpdateControl<P> updateErrorStatus(P object, Context<P> context, Exception e) {
        if (e instanceof KubernetesClientException failure) {
            if (failure.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return ErrorStatusUpdateControl.<P>noStatusUpdate().rescheduleAfter(AFTER_CONFLICT);
            }
            if (failure.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return ErrorStatusUpdateControl.<P>noStatusUpdate().rescheduleAfter(AFTER_MISSING);
            }
        }
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }
}
