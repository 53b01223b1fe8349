package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.javaoperatorsdk.operator.api.config.ResolvedControllerConfiguration;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.kybern.operators.informer.SharedInformerClient;
import io.kybern.operators.informer.SharedInformers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;

/**
 * Runs {@link KindController}s in one Java Operator SDK operator, set to what built-in controllers need: no look at
 * CRDs, no finalizers, no copies of cached objects, no leader election (one process is its own leader), reconciliations
 * on virtual threads.
 */
public final class ControllerRuntime implements AutoCloseable {
    /** client-go's: 5 ms doubling, here up to a minute. */
    private static final int FIRST_RETRY_MILLIS = 5;

    private static final int LAST_RETRY_MILLIS = 60_000;

    private final SharedInformers informers;
    private final Operator operator;

    public ControllerRuntime(KubernetesClient client, SharedInformers informers) {
        this.informers = informers;
        var reconciliations = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("reconcile-", 0).factory());
        this.operator = new Operator(configuration -> configuration
                .withKubernetesClient(SharedInformerClient.of(client, informers))
                .withCloseClientOnStop(false)
                .checkingCRDAndValidateLocalModel(false)
                .withExecutorService(reconciliations)
                .withWorkflowExecutorService(reconciliations)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(2))
                .withStopOnInformerErrorDuringStartup(false)
                .withUseSSAToPatchPrimaryResource(false)
                .withResourceCloner(new SameObject()));
    }

    /** Cached objects are never modified, so nobody needs a copy. */
    private static final class SameObject implements Cloner {
        @Override
        public <R extends HasMetadata> R clone(R object) {
            return object;
        }
    }

    /** Adds a controller; all before {@link #fill}. */
    public <P extends HasMetadata> void add(KindController<P> controller, ToIntFunction<String> concurrency) {
        informers.of(controller.primary());
        controller.watches().forEach(watch -> watch.informer(informers));
        ConfigurationService service = operator.getConfigurationService();
        var configuration = new ResolvedControllerConfiguration<>(
                controller.name(),
                false,
                controller.getClass().getName(),
                new GenericRetry()
                        .setInitialInterval(FIRST_RETRY_MILLIS)
                        .setIntervalMultiplier(2)
                        .setMaxInterval(LAST_RETRY_MILLIS)
                        .withoutMaxAttempts(),
                new LinearRateLimiter(),
                null,
                controller.name() + ".kybern.io/finalizer",
                Map.of(),
                controller.name(),
                service,
                InformerConfiguration.builder(controller.primary()).buildForController(),
                true,
                null);
        operator.register(
                new PrimaryReconciler<>(controller, informers, concurrency.applyAsInt(controller.name())),
                configuration);
    }

    /** Fills the caches; blocks until they are. */
    public void fill() throws InterruptedException {
        informers.start();
    }

    /** Starts the controllers. */
    public void start() {
        operator.start();
    }

    @Override
    public void close() {
        operator.stop();
    }
}
