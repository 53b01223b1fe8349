package io.kybern.distribution;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.kybern.operators.Controllers;
import io.kybern.operators.ControllersConfig;
import io.kybern.operators.leaderelection.Leadership;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All controllers, from their start to their end. */
final class ControllersTerm implements Leadership {
    private static final Logger LOG = System.getLogger(ControllersTerm.class.getName());
    private static final int ACCOUNT_WITHIN_SECONDS = 3;

    /** What the original's controllers do and the API server does here. */
    interface ServerSide {
        void start();

        void stop();
    }

    private final KubernetesClient client;
    private final ControllersConfig config;
    private final ServerSide others;
    private @Nullable Controllers controllers;

    /** @param client is closed with the term */
    ControllersTerm(KubernetesClient client, ControllersConfig config, ServerSide others) {
        this.client = client;
        this.config = config;
        this.others = others;
    }

    @Override
    public void prepare() throws InterruptedException {
        controllers = Controllers.prepare(client, config);
    }

    @Override
    public void begin() throws InterruptedException {
        Objects.requireNonNull(controllers).start();
        others.start();
        awaitDefaultServiceAccount(client);
    }

    /** Without it the first pod of a new cluster would be refused; a cluster that lacks it is of some use still. */
    private static void awaitDefaultServiceAccount(KubernetesClient client) {
        try {
            client.serviceAccounts()
                    .inNamespace("default")
                    .withName("default")
                    .waitUntilCondition(Objects::nonNull, ACCOUNT_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (KubernetesClientTimeoutException e) {
            LOG.log(Level.WARNING, "the service account default/default is not there yet: pods will be refused");
        }
    }

    @Override
    public void fence() {
        client.close();
    }

    @Override
    public void end() {
        others.stop();
        try (KubernetesClient last = client;
                Controllers first = controllers) {
            // Closes both, the controllers first; they may not be there.
        }
    }
}
