package io.kybern.apiserver.storage.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.common.exception.EtcdExceptionFactory;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.maintenance.StatusResponse;
import io.etcd.jetcd.options.GetOption;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.TooLargeException;
import io.kybern.apiserver.storage.Revision;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Calls to etcd that block until they are answered, with a bound. Errors of etcd that mean something to a caller come as
 * {@link EtcdException}; what is left is a {@link StorageUnavailableException}. A write that ends so may have happened.
 */
final class EtcdClient implements ProgressQuestion.Members, AutoCloseable {
    /** More than an election of a leader takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For an answer that costs etcd nothing: after that another member is asked. */
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(1);

    /** For a write that may be sent again. */
    private static final Duration REPEATABLE_PATIENCE = Duration.ofSeconds(4);

    /** How soon a member is given up that has silently gone; etcd allows no shorter pause than 5 s between pings. */
    private static final Duration KEEPALIVE = Duration.ofSeconds(7);

    private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** A key that is never written: reading it costs nothing and tells the revision. */
    private static final ByteSequence NOTHING = bytes("kybern-revision");

    private static final GetOption COUNT =
            GetOption.builder().withCountOnly(true).build();

    private final Client client;
    private final KV kv;
    private final ProgressQuestion progress;

    private EtcdClient(Client client, EtcdOptions options) {
        this.client = client;
        this.kv = client.getKVClient();
        this.progress = new ProgressQuestion(options.prefix(), options.endpoints(), this);
    }

    /** Connects when it is first used. */
    static EtcdClient of(EtcdOptions options) {
        ClientBuilder builder = Client.builder()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .keepaliveTime(KEEPALIVE)
                .keepaliveTimeout(KEEPALIVE_TIMEOUT)
                .keepaliveWithoutCalls(false)
                .connectTimeout(CONNECT_TIMEOUT);
        if (options.usesTls()) {
            secure(builder, options);
        }
        options.login().ifPresent(login -> builder.user(bytes(login.user())).password(bytes(login.password())));
        return new EtcdClient(builder.endpoints(options.endpoints()).build(), options);
    }

    private static void secure(ClientBuilder builder, EtcdOptions options) {
        try {
            builder.sslContext(context -> {
                options.authority().ifPresent(file -> context.trustManager(file.toFile()));
                options.certificate()
                        .ifPresent(file -> context.keyManager(
                                file.toFile(), options.key().orElseThrow().toFile()));
            });
        } catch (SSLException | IllegalArgumentException e) {
            throw new StorageUnavailableException("can't use the certificates for etcd: " + e.getMessage(), e);
        }
    }

    Watch watch() {
        return client.getWatchClient();
    }

    ProgressQuestion progress() {
        return progress;
    }

    @Override
    public CompletableFuture<String> version(URI member) {
        return client.getMaintenanceClient().statusMember(member.getAuthority()).thenApply(StatusResponse::getVersion);
    }

    @Override
    public CompletableFuture<Void> put(String key) {
        return kv.put(bytes(key), ByteSequence.EMPTY).thenAccept(done -> {});
    }

    Lease leases() {
        return client.getLeaseClient();
    }

    /** A transaction that is sent once: whether it is safe to repeat only its writer knows. */
    Txn transaction() {
        return kv.txn();
    }

    TxnResponse commit(Txn transaction) {
        return await(transaction.commit());
    }

    /** The same for who sends it again if there is no answer soon. */
    TxnResponse commitSoon(Txn transaction) {
        return await(transaction.commit(), REPEATABLE_PATIENCE);
    }

    GetResponse get(String key, GetOption option) {
        return await(kv.get(bytes(key), option));
    }

    /** As {@link #askRevision}; blocks. */
    long revision() {
        return await(askRevision(), Duration.ofDays(1)); // it has bounds of its own
    }

    /**
     * The newest revision that a majority of the members agrees on. Who does not answer may be cut off: the question goes to one
     * member after the other, and is given more time each time. Fails with a {@link StorageUnavailableException}.
     */
    CompletableFuture<Long> askRevision() {
        return askRevision(SHORT_PATIENCE);
    }

    private CompletableFuture<Long> askRevision(Duration patience) {
        CompletableFuture<GetResponse> question = kv.get(NOTHING, COUNT);
        return question.thenApply(answer -> answer.getHeader().getRevision())
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> {
                    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
                    if (!(cause instanceof TimeoutException)) {
                        return CompletableFuture.failedFuture(failure(cause));
                    }
                    question.cancel(true);
                    return patience.compareTo(PATIENCE.dividedBy(2)) > 0
                            ? CompletableFuture.failedFuture(silent(patience, cause))
                            : askRevision(patience.multipliedBy(2));
                });
    }

    void compact(long revision) {
        await(kv.compact(revision));
    }

    <T> T await(CompletableFuture<T> answer) {
        return await(answer, PATIENCE);
    }

    private static <T> T await(CompletableFuture<T> answer, Duration patience) {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw silent(patience, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("interrupted while waiting for etcd", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        }
    }

    private static StorageUnavailableException silent(Duration patience, Throwable cause) {
        return new StorageUnavailableException("etcd does not answer within " + patience.toMillis() + " ms", cause);
    }

    private static RuntimeException failure(Throwable cause) {
        if (cause instanceof StorageUnavailableException own) {
            return own;
        }
        if (cause instanceof CompactedException own) {
            return own;
        }
        if (String.valueOf(cause.getMessage()).endsWith(TooLargeException.OF_ETCD)) {
            return new TooLargeException(TooLargeException.OF_ETCD);
        }
        EtcdException known = EtcdExceptionFactory.toEtcdException(cause);
        return known.getErrorCode() == ErrorCode.OUT_OF_RANGE
                ? known
                : new StorageUnavailableException("etcd: " + cause.getMessage(), cause);
    }

    /** Whether a revision was refused because it is compacted; else it is one of the future. */
    static boolean meansCompacted(EtcdException e) {
        return String.valueOf(e.getMessage()).contains("compacted");
    }

    /** Whether etcd, or the way to it, said that it can't be used now: it may be a moment later. */
    static boolean meansTryAgain(StorageUnavailableException e) {
        return e.getCause() != null
                && !isTimeout(e)
                && EtcdExceptionFactory.toEtcdException(e.getCause()).getErrorCode() == ErrorCode.UNAVAILABLE;
    }

    /**
     * Whether what was sent may still reach etcd, since the way there was only silent. What etcd itself gives up (after 7 s) or
     * a broken connection had in it won't come any more.
     */
    static boolean mayBeUnderWay(StorageUnavailableException e) {
        return isTimeout(e)
                || e.getCause() != null
                        && String.valueOf(e.getCause().getMessage()).contains("Keepalive failed");
    }

    /** Whether nobody answered in time. */
    static boolean isTimeout(StorageUnavailableException e) {
        return e.getCause() instanceof TimeoutException;
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    static KeyValue pair(io.etcd.jetcd.KeyValue from) {
        return new KeyValue(
                from.getKey().toString(StandardCharsets.UTF_8),
                from.getValue().getBytes(),
                new Revision(from.getCreateRevision()),
                new Revision(from.getModRevision()));
    }

    @Override
    public void close() {
        client.close();
    }
}
