package io.kybern.distribution.training;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes some thousand requests to a cluster: {@code Training KUBECONFIG}. Prints how many were answered as they should be. Ends
 * before them when the machine is too slow for so many.
 */
public final class Training {
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 6_000;
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final HttpClient http;
    private final String server;
    private final long end = System.nanoTime() + PATIENCE.toNanos();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();

    private Training(HttpClient http, String server) {
        this.http = http;
        this.server = server;
    }

    public static void main(String... arguments) throws IOException, InterruptedException, ExecutionException {
        Config config = Config.fromKubeconfig(Files.readString(Path.of(arguments[0])));
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            Training training =
                    new Training(client.getHttpClient(), config.getMasterUrl().replaceAll("/+$", ""));
            training.run();
            System.out.println(training.answered + " requests");
        }
    }

    private void run() throws InterruptedException, ExecutionException {
        goThrough(Exercises.FIRST);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(() -> again(Exercises.ALL)));
            }
            for (Exercise watch : Exercises.WATCHES) {
                running.add(clients.submit(() -> again(List.of(watch))));
            }
            for (Future<?> client : running) {
                client.get();
            }
        }
        goThrough(Exercises.LAST);
    }

    private void again(List<Exercise> exercises) {
        while (answered.get() < REQUESTS && System.nanoTime() < end) {
            goThrough(exercises);
        }
    }

    private void goThrough(List<Exercise> exercises) {
        long number = numbers.incrementAndGet();
        exercises.forEach(exercise -> send(exercise.numbered(number)));
    }

    /** What is refused is no matter: refusing can be learnt, too. */
    private void send(Exercise exercise) {
        HttpRequest.Builder request =
                http.newHttpRequestBuilder().uri(server + exercise.path()).header("Accept", exercise.accept());
        if (exercise.body().isEmpty()) {
            request.method(exercise.method(), "application/json", null);
        } else {
            request.method(exercise.method(), exercise.type(), exercise.body());
        }
        int code = http.sendAsync(request.build(), byte[].class).join().code();
        if (code < 300) {
            answered.incrementAndGet();
        }
    }
}
