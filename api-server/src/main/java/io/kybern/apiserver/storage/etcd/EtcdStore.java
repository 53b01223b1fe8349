package io.kybern.apiserver.storage.etcd;

import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.ValueForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link KeyValueStore} in etcd, which other servers may use at the same time.
 *
 * <p>One watch of etcd feeds all watchers ({@link Changes}). A write is answered after its change has come back on that watch,
 * so that a cache is never older than an acknowledged write of its own process; {@link #awaitNewest} does the same for
 * writes of others.
 *
 * <p><b>Threads.</b> jetcd's deliver events; {@code store-etcd} makes connections anew and compacts; all else runs on the
 * caller's, and blocks.
 */
public final class EtcdStore implements KeyValueStore {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdStore.class);

    /** A change that does not come back within this time is in etcd all the same. */
    private static final Duration ECHO = Duration.ofSeconds(5);

    private static final int OPEN_TRIES = 3;

    private static final int PAGE = 1_000;

    private final ValueForm form;
    private final EtcdClient client;
    private final Transactions transactions;
    private final NewestRevision newest;
    private final CompactedRevision compacted;
    private final Changes changes;
    private final ScheduledExecutorService timer;

    /** What is being written, so that its change finds what came with it. */
    private final Map<String, Write.Put> written = new ConcurrentHashMap<>();

    private EtcdStore(EtcdOptions options, EtcdClient client, ScheduledExecutorService timer) {
        this.form = options.form();
        this.client = client;
        this.timer = timer;
        this.transactions = new Transactions(
                client,
                new SharedLeases(
                        seconds -> client.await(client.leases().grant(seconds)).getID(), options.clock()));
        this.newest = new NewestRevision(client::askRevision);
        this.compacted = new CompactedRevision(client, timer);
        compacted.ask();
        this.changes = Changes.start(options, client, timer, compacted, written);
        long interval = options.history().toMillis();
        Compaction compaction = new Compaction(client);
        timer.scheduleWithFixedDelay(() -> compact(compaction), interval, interval, TimeUnit.MILLISECONDS);
    }

    /**
     * Connects. An etcd that does not answer at once may be choosing a leader, so it is asked for half a minute.
     *
     * @throws StorageUnavailableException if that is not possible
     */
    public static EtcdStore open(EtcdOptions options) {
        for (int attempt = 1; ; attempt++) {
            try {
                return tryOpen(options);
            } catch (StorageUnavailableException e) {
                if (!EtcdClient.isTimeout(e)) {
                    throw e;
                }
                if (attempt == OPEN_TRIES) {
                    throw new StorageUnavailableException(
                            e.getMessage() + ", " + attempt + " times; is it there, with TLS or without as asked for?",
                            e.getCause());
                }
            }
        }
    }

    private static EtcdStore tryOpen(EtcdOptions options) {
        EtcdClient client = EtcdClient.of(options);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("store-etcd").factory());
        try {
            return new EtcdStore(options, client, timer);
        } catch (RuntimeException e) {
            timer.shutdownNow();
            client.close();
            throw e;
        }
    }

    private void compact(Compaction compaction) {
        try {
            compaction.round().ifPresent(compacted::learn);
        } catch (RuntimeException e) {
            LOG.warn("history could not be compacted; it is tried again: {}", e.getMessage());
        }
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public ValueForm form() {
        return form;
    }

    @Override
    public Revision shown() {
        return new Revision(changes.shown());
    }

    @Override
    public Revision currentRevision() {
        return new Revision(newest.get());
    }

    @Override
    public Revision compactedRevision() {
        return new Revision(compacted.known());
    }

    @Override
    public void awaitNewest() {
        try {
            if (!changes.progress().await(newest.get(), ECHO)) {
                throw new StorageUnavailableException("the watch of etcd is behind", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("interrupted while waiting for etcd", e);
        }
    }

    @Override
    public Optional<KeyValue> get(String key, Revision at) {
        GetOption option = GetOption.builder().withRevision(at.value()).build();
        return read(key, at, option).getKvs().stream().findFirst().map(EtcdClient::pair);
    }

    @Override
    public RangeResult range(String from, String to, Revision at, int limit) {
        List<KeyValue> items = new ArrayList<>();
        Revision shown = at;
        String next = from;
        while (true) {
            int page = limit == 0 ? PAGE : Math.min(PAGE, limit - items.size());
            GetOption option = GetOption.builder()
                    .withRange(EtcdClient.bytes(to))
                    .withRevision(shown.value())
                    .withLimit(page)
                    .build();
            GetResponse answer = read(next, shown, option);
            if (shown.equals(Revision.NONE)) {
                shown = new Revision(answer.getHeader().getRevision());
            }
            answer.getKvs().forEach(pair -> items.add(EtcdClient.pair(pair)));
            if (!answer.isMore() || items.size() == limit) {
                return new RangeResult(items, answer.isMore(), shown);
            }
            next = items.getLast().key() + '\0';
        }
    }

    @Override
    public long count(String from, String to) {
        GetOption option = GetOption.builder()
                .withRange(EtcdClient.bytes(to))
                .withCountOnly(true)
                .build();
        return read(from, Revision.NONE, option).getCount();
    }

    private GetResponse read(String key, Revision at, GetOption option) {
        try {
            return client.get(key, option);
        } catch (EtcdException e) {
            throw EtcdClient.meansCompacted(e)
                    ? new CompactedException(new Revision(compacted.ask()))
                    : new FutureRevisionException(at, currentRevision());
        }
    }

    @Override
    public CommitResult commit(List<Write> writes) {
        for (Write write : writes) {
            if (write instanceof Write.Put put && put.attachment() != null) {
                written.put(put.key(), put);
            }
        }
        try {
            CommitResult result = transactions.commit(writes);
            if (result instanceof CommitResult.Committed committed) {
                awaitEcho(committed.revision());
            }
            return result;
        } finally {
            for (Write write : writes) {
                if (write instanceof Write.Put put) {
                    written.remove(put.key(), put);
                }
            }
        }
    }

    private void awaitEcho(Revision revision) {
        try {
            if (!changes.progress().await(revision.value(), ECHO)) {
                LOG.warn("revision {} is written, but the watch of etcd has not shown it yet", revision);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is written
        }
    }

    @Override
    public Watch watch(String prefix, Revision after, WatchListener listener) {
        if (after.value() > changes.progress().reached()) {
            awaitNewest();
            Revision current = new Revision(changes.progress().reached());
            if (after.isAfter(current)) {
                throw new FutureRevisionException(after, current);
            }
        }
        Progress progress = changes.add(prefix, after.value(), listener);
        return new RunningWatch(prefix, listener, progress);
    }

    @Override
    public void compact(Revision revision) {
        try {
            client.compact(revision.value());
        } catch (EtcdException e) {
            if (!EtcdClient.meansCompacted(e)) {
                throw new FutureRevisionException(revision, currentRevision());
            } // that far already
        }
        compacted.learn(revision.value());
    }

    @Override
    public void close() {
        timer.shutdownNow();
        changes.close();
        client.close();
    }

    private final class RunningWatch implements Watch {
        private final String prefix;
        private final WatchListener listener;
        private final Progress progress;

        RunningWatch(String prefix, WatchListener listener, Progress progress) {
            this.prefix = prefix;
            this.listener = listener;
            this.progress = progress;
        }

        @Override
        public Revision progress() {
            return new Revision(progress.reached());
        }

        @Override
        public boolean awaitProgress(Revision revision, Duration timeout) throws InterruptedException {
            return progress.await(revision.value(), timeout);
        }

        @Override
        public void close() {
            changes.remove(prefix, listener);
        }
    }
}
