package io.kybern.operators.event;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Events of {@code v1}, which count repetitions; kube-controller-manager's controllers write these. */
public final class CoreEvents implements BackgroundEventRecorder.Form {
    private final KubernetesClient client;
    private final String component;

    private CoreEvents(KubernetesClient client, String component) {
        this.client = client;
        this.component = component;
    }

    /** @param component who tells ({@code replicaset-controller}) */
    public static BackgroundEventRecorder recorder(KubernetesClient client, String component, InstantSource clock) {
        return new BackgroundEventRecorder(new CoreEvents(client, component), component, clock);
    }

    @Override
    public void create(String name, EventNote note, String message, Instant now) {
        String time = seconds(now);
        client.v1()
                .events()
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace(note))
                        .endMetadata()
                        .withInvolvedObject(note.regarding())
                        .withReason(note.reason())
                        .withMessage(message)
                        .withType(note.type().name())
                        .withNewSource(component, null)
                        .withReportingComponent(component)
                        .withFirstTimestamp(time)
                        .withLastTimestamp(time)
                        .withCount(1)
                        .build())
                .create();
    }

    @Override
    public void repeat(String name, EventNote note, String message, int count, Instant now) {
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of("count", count, "lastTimestamp", seconds(now), "message", message));
        client.v1()
                .events()
                .inNamespace(namespace(note))
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private static String seconds(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String namespace(EventNote note) {
        String namespace = note.regarding().getNamespace();
        return namespace == null || namespace.isEmpty() ? "default" : namespace;
    }
}
