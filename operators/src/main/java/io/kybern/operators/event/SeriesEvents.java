package io.kybern.operators.event;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Events of {@code events.k8s.io/v1}, where repetitions form a series; kube-scheduler writes these. */
public final class SeriesEvents implements BackgroundEventRecorder.Form {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final String component;
    private final String instance;

    private SeriesEvents(KubernetesClient client, String component, String instance) {
        this.client = client;
        this.component = component;
        this.instance = instance;
    }

    /**
     * @param component who tells ({@code default-scheduler})
     * @param instance which of them
     */
    public static BackgroundEventRecorder recorder(
            KubernetesClient client, String component, String instance, InstantSource clock) {
        return new BackgroundEventRecorder(new SeriesEvents(client, component, instance), component, clock);
    }

    @Override
    public void create(String name, EventNote note, String message, Instant now) {
        client.events()
                .v1()
                .events()
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(CoreEvents.namespace(note))
                        .endMetadata()
                        .withRegarding(note.regarding())
                        .withRelated(note.related().orElse(null))
                        .withReason(note.reason())
                        .withAction(note.action())
                        .withNote(message)
                        .withType(note.type().name())
                        .withReportingController(component)
                        .withReportingInstance(instance)
                        .withEventTime(new MicroTime(MICROS.format(now)))
                        .build())
                .create();
    }

    /**
     * The first repetition opens the series; later ones are written at powers of two, as the exact number matters to
     * nobody and each write costs.
     */
    @Override
    public void repeat(String name, EventNote note, String message, int count, Instant now) {
        if (Integer.bitCount(count) != 1) {
            return;
        }
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of("series", Map.of("count", count, "lastObservedTime", MICROS.format(now))));
        client.events()
                .v1()
                .events()
                .inNamespace(CoreEvents.namespace(note))
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }
}
