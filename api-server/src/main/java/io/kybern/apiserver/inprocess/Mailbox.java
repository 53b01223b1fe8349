package io.kybern.apiserver.inprocess;

import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs actions one after another, each burst of them on a thread of its own: while there are none, there is no thread. */
final class Mailbox implements Executor {
    private static final System.Logger LOG = System.getLogger(Mailbox.class.getName());

    private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final ThreadFactory threads;

    /** @param threads what bursts run on */
    Mailbox(ThreadFactory threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable action) {
        actions.add(action);
        if (pending.getAndIncrement() == 0) {
            threads.newThread(this::run).start();
        }
    }

    private void run() {
        do {
            Runnable action = actions.poll();
            try {
                if (action != null) {
                    action.run();
                }
            } catch (RuntimeException | Error e) { // else what comes later would never run
                LOG.log(Level.WARNING, "an in-process connection goes on after an error", e);
            }
        } while (pending.decrementAndGet() > 0);
    }
}
