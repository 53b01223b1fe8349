package io.kybern.samples.webpage;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs the operator against the cluster of the ordinary kubeconfig, until the process is ended. */
public final class WebPageOperator {
    private static final String CRD = "/META-INF/fabric8/webpages.samples.kybern.io-v1.yml";

    private WebPageOperator() {}

    public static void main(String[] args) {
        KubernetesClient client = new KubernetesClientBuilder().build();
        installDefinition(client);
        Operator operator = start(client);
        operator.installShutdownHook(Duration.ofSeconds(5));
    }

    /** Tells the cluster what a WebPage is. In earnest this is part of an operator's installation, not of its start. */
    static void installDefinition(KubernetesClient client) {
        try (InputStream yaml = WebPageOperator.class.getResourceAsStream(CRD)) {
            client.load(yaml).serverSideApply();
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName("webpages.samples.kybern.io")
                    .waitUntilCondition(
                            crd -> crd != null
                                    && crd.getStatus() != null
                                    && crd.getStatus().getConditions() != null
                                    && crd.getStatus().getConditions().stream()
                                            .anyMatch(condition -> "Established".equals(condition.getType())
                                                    && "True".equals(condition.getStatus())),
                            30,
                            TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it with a client, which stays the caller's. */
    static Operator start(KubernetesClient client) {
        Operator operator =
                new Operator(overrider -> overrider.withKubernetesClient(client).withCloseClientOnStop(false));
        operator.register(new WebPageReconciler());
        operator.start();
        return operator;
    }
}
