package io.kybern.distribution;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.distribution.flag.Choice;
import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A cluster within this process: its components are started in order and stopped in reverse, all or none. */
public final class AllInOne implements AutoCloseable {
    private static final Logger LOG = System.getLogger(AllInOne.class.getName());

    private final ApiComponent api;
    private final Deque<Component> running = new ArrayDeque<>();

    private AllInOne(ApiComponent api) {
        this.api = api;
    }

    /**
     * Starts the components and returns when all serve. Throws what the first one throws that can't start, after stopping
     * those before it.
     *
     * @param onServing gets the API server as soon as it answers
     */
    public static AllInOne start(AllInOneConfig config, Progress progress, Consumer<ApiServer> onServing) {
        ApiComponent api = new ApiComponent(config.api(), onServing);
        AllInOne process = new AllInOne(api);
        try {
            process.start(Assembly.components(config, api), progress);
            return process;
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    private void start(List<Component> components, Progress progress) {
        for (Component component : components) {
            progress.on(new ProgressEvent.Step("Starting " + component.title()));
            running.push(component);
            component.start();
            component.note().ifPresent(text -> progress.on(new ProgressEvent.Note(text)));
            progress.on(new ProgressEvent.Started(Choice.word(component.name())));
        }
    }

    /** Where the API is served; empty without a listener. */
    public Optional<URI> uri() {
        return api.uri();
    }

    /** A new client that acts as {@code identity}, without a socket where that can be; the caller closes it. */
    public KubernetesClient client(ClientIdentity identity) {
        return api.separateClient(identity);
    }

    /**
     * Stops what runs, each component whatever the others do. First of all the API says that it is no longer ready; it serves on
     * until the others have stopped. A second call does nothing.
     */
    @Override
    public synchronized void close() {
        api.announceClosing();
        while (!running.isEmpty()) {
            Component component = running.pop();
            try {
                component.close();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, component.title() + " did not stop cleanly", e);
            }
        }
    }
}
