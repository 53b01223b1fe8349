package io.kybern.operators.scheduler;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** The scheduler alone, against the cluster of the ordinary kubeconfig, until the process is ended. */
public final class SchedulerMain {
    private SchedulerMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (var client = new KubernetesClientBuilder().build();
                var scheduler = Scheduler.prepare(client, SchedulerConfig.defaults())) {
            scheduler.start();
            Thread.currentThread().join();
        }
    }
}
