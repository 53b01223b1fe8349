package io.kybern.apiserver.storage.etcd;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.etcd.jetcd.Watch.Watcher;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How etcd is asked to tell how far a watch is. If all members can be trusted with it, by the request that it has for that; else a
 * key is written that the watch sees, since a change comes after all changes before it. A member that has not told its version
 * is not trusted.
 *
 * <p>Before 3.4.31 and 3.5.13 the answer to the request may come ahead of changes that it says are past, which would then be
 * taken for delivered, or it never comes. Sources: etcd-io/etcd#15220 and #17507; {@code storage/feature/feature_support_checker.go}.
 *
 * <p>Nothing here blocks. Safe for threads.
 */
final class ProgressQuestion {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressQuestion.class);

    /** Below the prefix of all objects; no resource has this name. */
    private static final String MARK = "kybern/progress";

    /** A change that comes by itself has come by then: no key has to be written for it. */
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(80);

    private static final long PATIENCE_MILLIS = 1_000;

    /** Who has not told its version is asked again after this. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** What of etcd this needs. */
    interface Members {
        /** What a member says it is, as {@code 3.6.16}. */
        CompletableFuture<String> version(URI member);

        /** Writes a key without a value. */
        CompletableFuture<Void> put(String key);
    }

    private final String mark;
    private final List<URI> endpoints;
    private final Members members;

    /** By member that has told its version: whether it is to be trusted. */
    @GuardedBy("this") private final Map<URI, Boolean> trusted = new HashMap<>();

    /** Whether all members have been asked and have answered, or have let their time pass. */
    @GuardedBy("this") private boolean asked;

    @GuardedBy("this") private boolean asking;

    @GuardedBy("this") private long askedAt;

    @GuardedBy("this") private boolean marking;

    /** Counts what {@link #forget} has made void. */
    @GuardedBy("this") private int era;

    /** @param prefix of all objects */
    ProgressQuestion(String prefix, List<URI> endpoints, Members members) {
        this.mark = prefix + MARK;
        this.endpoints = endpoints.stream().distinct().toList();
        this.members = members;
    }

    /**
     * Asks; to be repeated until there is an answer, which is a change or word of progress: while versions are being asked for
     * nothing else is sent.
     *
     * @param prefix of all keys that the watcher sees; where not {@link #allTrusted}, only a watch of all objects gets an answer
     * @param silent for how long nothing has come since somebody wanted to know, in nanoseconds
     */
    void ask(Watcher watcher, String prefix, long silent) {
        if (allTrusted()) {
            watcher.requestProgress();
        } else if (askVersions() && silent > MOMENT_NANOS && mark.startsWith(prefix)) {
            writeMark();
        }
    }

    /** Members may be others when a connection to them has ended. */
    synchronized void forget() {
        trusted.clear();
        asked = false;
        era++;
    }

    /** Whether any watch can be asked. */
    synchronized boolean allTrusted() {
        return trusted.size() == endpoints.size() && !trusted.containsValue(false);
    }

    /**
     * Asks for the versions that are not known, when it is time to.
     *
     * @return whether all members have had their time to answer: who is not known then is not trusted
     */
    private boolean askVersions() {
        List<URI> unknown = new ArrayList<>(endpoints);
        int now;
        synchronized (this) {
            unknown.removeAll(trusted.keySet());
            boolean due = !asked || System.nanoTime() - askedAt > AGAIN_NANOS;
            if (asking || unknown.isEmpty() || !due) {
                return asked;
            }
            asking = true;
            now = era;
        }
        CompletableFuture.allOf(
                        unknown.stream().map(member -> askVersion(member, now)).toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> end(now));
        return false;
    }

    private CompletableFuture<?> askVersion(URI member, int since) {
        return CompletableFuture.completedFuture(member)
                .thenCompose(members::version)
                .orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .handle((version, failure) -> {
                    if (failure == null) {
                        learn(member, version, since);
                    } else {
                        LOG.debug("{} does not tell its version: {}", member, failure.getMessage());
                    }
                    return null;
                });
    }

    private synchronized void learn(URI member, String version, int since) {
        if (since == era) {
            trusted.put(member, ordersProgress(version));
        }
    }

    private synchronized void end(int since) {
        asking = false;
        askedAt = System.nanoTime();
        asked = since == era;
    }

    private void writeMark() {
        synchronized (this) {
            if (marking) {
                return;
            }
            marking = true;
        }
        CompletableFuture.completedFuture(mark).thenCompose(members::put).whenComplete((done, failure) -> {
            synchronized (this) {
                marking = false;
            }
            if (failure != null) {
                LOG.debug("etcd can't be asked how far a watch is: {}", failure.getMessage());
            }
        });
    }

    /** Whether an etcd of a version says of the past only what it has sent. */
    static boolean ordersProgress(String version) {
        String[] parts = version.split("[.+-]", 4);
        try {
            int major = Integer.parseInt(parts[0]);
            int minor = Integer.parseInt(parts[1]);
            int patch = Integer.parseInt(parts[2]);
            if (major != 3) {
                return major > 3;
            }
            return minor > 5 || minor == 5 && patch >= 13 || minor == 4 && patch >= 31;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }
}
