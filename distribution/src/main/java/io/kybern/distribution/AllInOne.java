package io.kybern.distribution;

import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Components that run together. Starts them in order and stops them in reverse; all or none. */
public final class AllInOne implements AutoCloseable {
    private static final Logger LOG = System.getLogger(AllInOne.class.getName());

    private final Deque<Component> running = new ArrayDeque<>();

    private AllInOne() {}

    /** Throws what the first component throws that can't start, after stopping those before it. */
    public static AllInOne start(List<Component> components, Progress progress) {
        AllInOne process = new AllInOne();
        try {
            for (Component component : components) {
                progress.on(new ProgressEvent.Step("Starting " + component.title()));
                component.start();
                process.running.push(component);
            }
            return process;
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    /** Stops what runs, each component whatever the others do. A second call does nothing. */
    @Override
    public synchronized void close() {
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
