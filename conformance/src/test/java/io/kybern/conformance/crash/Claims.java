package io.kybern.conformance.crash;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.distribution.AllInOne;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.leaderelection.LeaderElectionConfig;
import io.kybern.operators.leaderelection.LeaderElector;
import io.kybern.operators.leaderelection.Leadership;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Leads as controllers do, and says so as often as it can: it writes its name over and over, on no condition. Nothing but its
 * fence holds it back, so whoever reads the history of what it writes sees who believed to lead, and when.
 */
final class Claims implements Leadership {
    static final String NAME = "claims";
    static final String NAMESPACE = "kube-system";

    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final KubernetesClient client;
    private final String identity;
    private @Nullable Thread thread;
    private volatile boolean over;

    private Claims(KubernetesClient client, String identity) {
        this.client = client;
        this.identity = identity;
    }

    /** Lets a process stand for election. */
    static void candidate(AllInOne process, String identity, LeaderElectionConfig config) {
        KubernetesClient own = process.client(ClientIdentity.ADMIN);
        EventRecorder silent = note -> {};
        LeaderElector.start(
                own,
                NAMESPACE,
                NAME,
                identity,
                config,
                () -> new Claims(process.client(ClientIdentity.ADMIN), identity),
                silent);
    }

    @Override
    public void prepare() {
        // There is nothing to read.
    }

    @Override
    public void begin() {
        thread = Thread.ofVirtual().name("claims").start(this::claim);
    }

    private void claim() {
        while (!over) {
            try {
                client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withName(NAME)
                        .patch(PatchContext.of(PatchType.JSON_MERGE), text());
            } catch (KubernetesClientException e) {
                create(e);
            } catch (RuntimeException e) {
                // fenced
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private String text() {
        return "{\"data\":{\"by\":\"" + identity + "\",\"at\":\"" + System.nanoTime() + "\"}}";
    }

    private void create(KubernetesClientException failure) {
        if (failure.getCode() != 404) {
            return;
        }
        try {
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withNamespace(NAMESPACE)
                            .withName(NAME)
                            .endMetadata()
                            .build())
                    .create();
        } catch (RuntimeException e) {
            // it is there by now, or etcd is not
        }
    }

    @Override
    public void fence() {
        client.close();
    }

    @Override
    public void end() {
        over = true;
        client.close();
    }
}
