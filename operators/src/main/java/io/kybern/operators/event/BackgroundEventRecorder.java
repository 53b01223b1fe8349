package io.kybern.operators.event;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.event.EventCorrelator.Decision;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes notes in order on one virtual thread of its own, which sleeps while there is nothing to tell. 1,000 notes
 * wait at most; more are dropped.
 */
public final class BackgroundEventRecorder implements EventRecorder, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BackgroundEventRecorder.class);
    private static final int QUEUE = 1000;

    /** How Events of one API version are written. */
    interface Form {
        /** Creates the Event {@code name}. */
        void create(String name, EventNote note, String message, Instant now);

        /** Notes that the Event {@code name} happened again. */
        void repeat(String name, EventNote note, String message, int count, Instant now);
    }

    private final BlockingQueue<EventNote> queue = new ArrayBlockingQueue<>(QUEUE);
    private final EventCorrelator correlator = new EventCorrelator();
    private final Form form;
    private final InstantSource clock;
    private final Thread writer;

    BackgroundEventRecorder(Form form, String component, InstantSource clock) {
        this.form = form;
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("events-" + component).start(this::run);
    }

    @Override
    public void record(EventNote note) {
        if (!queue.offer(note)) {
            log.debug(
                    "Too many events wait: {} of {} is dropped",
                    note.reason(),
                    note.regarding().getName());
        }
    }

    private void run() {
        try {
            while (true) {
                write(queue.take());
            }
        } catch (InterruptedException closed) {
            log.debug("Event recorder stopped");
        }
    }

    private void write(EventNote note) {
        Instant now = clock.instant();
        try {
            switch (correlator.decide(note, now)) {
                case Decision.Create create -> create(create.key(), create.message(), note, now);
                case Decision.Repeat repeat -> {
                    try {
                        form.repeat(repeat.name(), note, repeat.message(), repeat.count(), now);
                    } catch (KubernetesClientException e) {
                        correlator.lost(repeat.key());
                        if (e.getCode() != 404) {
                            throw e;
                        }
                        create(repeat.key(), repeat.message(), note, now);
                    }
                }
                case Decision.Drop drop -> log.debug("Event {} dropped: too many", note.reason());
            }
        } catch (RuntimeException e) {
            log.debug(
                    "Event {} of {} not written",
                    note.reason(),
                    note.regarding().getName(),
                    e);
        }
    }

    private void create(EventCorrelator.Key key, String message, EventNote note, Instant now) {
        String name = note.regarding().getName()
                + '.'
                + Long.toHexString(now.getEpochSecond() * 1_000_000_000L + now.getNano());
        form.create(name, note, message, now);
        correlator.created(key, name);
    }

    @Override
    public void close() {
        writer.interrupt();
    }
}
