package io.kybern.distribution;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.operators.Controllers;
import io.kybern.operators.ControllersConfig;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All controllers. */
final class ControllersComponent implements Component {
    private static final Logger LOG = System.getLogger(ControllersComponent.class.getName());
    private static final int ACCOUNT_WITHIN_SECONDS = 3;

    private final ClientSource clients;
    private final ControllersConfig config;
    private final Runnable others;
    private @Nullable KubernetesClient client;
    private @Nullable Controllers controllers;

    /** @param others starts what the original's controllers do and the API server does here */
    ControllersComponent(ClientSource clients, ControllersConfig config, Runnable others) {
        this.others = others;
        this.clients = clients;
        this.config = config;
    }

    @Override
    public ComponentName name() {
        return ComponentName.CONTROLLERS;
    }

    @Override
    public String title() {
        return "controllers";
    }

    @Override
    public void start() {
        KubernetesClient opened = clients.client(ClientIdentity.CONTROLLERS);
        client = opened;
        try {
            controllers = Controllers.start(opened, config);
            others.run();
            awaitDefaultServiceAccount(opened);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the controllers started", e);
        }
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
    public void close() {
        try (KubernetesClient last = client;
                Controllers first = controllers) {
            // Closes both, the controllers first; either may not be there.
        }
    }
}
