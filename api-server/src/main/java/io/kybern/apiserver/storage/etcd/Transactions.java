package io.kybern.apiserver.storage.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes as one transaction of etcd: if each key is at the revision that is expected, all is written; else all of these keys
 * are read, which tells who is in the way. An absent key has revision 0 there, too.
 */
final class Transactions {
    /** More than there are members of which one does not answer, one forwards to it, and one has just begun to lead. */
    private static final int UPDATE_TRIES = 4;

    private final EtcdClient client;
    private final SharedLeases leases;

    Transactions(EtcdClient client, SharedLeases leases) {
        this.client = client;
        this.leases = leases;
    }

    /**
     * Sends them once, and a put that expects a revision again if nobody knows what became of it: only one attempt can find that
     * revision, and the value tells whether one did.
     */
    CommitResult commit(List<Write> writes) {
        if (writes.size() > 1 || !(writes.getFirst() instanceof Write.Put put) || put.expected() == null) {
            return send(writes, client::commit);
        }
        return put.expected().equals(Revision.NONE) ? create(put) : update(put);
    }

    /** One that is under way still would succeed once more after a deletion: it is only repeated where the way to etcd has broken. */
    private CommitResult create(Write.Put put) {
        try {
            return send(List.of(put), client::commit);
        } catch (StorageUnavailableException e) {
            if (EtcdClient.mayBeUnderWay(e) || !EtcdClient.meansTryAgain(e)) {
                throw e;
            }
            return known(send(List.of(put), client::commit), put, e);
        }
    }

    /** One that comes late finds its revision gone, so others are tried when a member does not answer. */
    private CommitResult update(Write.Put put) {
        StorageUnavailableException first = null;
        for (int attempt = 1; ; attempt++) {
            try {
                CommitResult result = send(List.of(put), client::commitSoon);
                return first == null ? result : known(result, put, first);
            } catch (StorageUnavailableException e) {
                if (attempt == UPDATE_TRIES || !EtcdClient.mayBeUnderWay(e) && !EtcdClient.meansTryAgain(e)) {
                    throw e;
                }
                first = e;
            }
        }
    }

    /**
     * The result of attempts of which the last one is known.
     *
     * @throws StorageUnavailableException {@code before}, if somebody was faster than that: perhaps after an earlier one had succeeded
     */
    private static CommitResult known(CommitResult last, Write.Put put, StorageUnavailableException before) {
        return last instanceof CommitResult.Conflict conflict
                ? conflict.actual()
                        .filter(actual -> Arrays.equals(actual.value(), put.value()))
                        .<CommitResult>map(actual -> new CommitResult.Committed(actual.modified()))
                        .orElseThrow(() -> before)
                : last;
    }

    private CommitResult send(List<Write> writes, Function<Txn, TxnResponse> commit) {
        List<Cmp> conditions = new ArrayList<>();
        List<Op> changes = new ArrayList<>();
        List<Op> reads = new ArrayList<>();
        List<Write> conditional = new ArrayList<>();
        for (Write write : writes) {
            ByteSequence key = EtcdClient.bytes(write.key());
            Revision expected = write.expected();
            if (expected != null) {
                conditions.add(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(expected.value())));
                reads.add(Op.get(key, GetOption.DEFAULT));
                conditional.add(write);
            }
            changes.add(
                    switch (write) {
                        case Write.Put put -> Op.put(key, ByteSequence.from(put.value()), option(put));
                        case Write.Delete delete -> Op.delete(key, DeleteOption.DEFAULT);
                    });
        }
        Txn transaction =
                client.transaction().If(conditions.toArray(Cmp[]::new)).Then(changes.toArray(Op[]::new));
        TxnResponse answer = commit.apply(transaction.Else(reads.toArray(Op[]::new)));
        return answer.isSucceeded()
                ? new CommitResult.Committed(new Revision(answer.getHeader().getRevision()))
                : conflict(conditional, answer.getGetResponses());
    }

    private PutOption option(Write.Put put) {
        return put.leaseSeconds() == 0
                ? PutOption.DEFAULT
                : PutOption.builder().withLeaseId(leases.of(put.leaseSeconds())).build();
    }

    private static CommitResult conflict(List<Write> conditional, List<GetResponse> found) {
        for (int i = 0; i < conditional.size(); i++) {
            Write write = conditional.get(i);
            Optional<KeyValue> actual =
                    found.get(i).getKvs().stream().findFirst().map(EtcdClient::pair);
            Revision at = actual.map(KeyValue::modified).orElse(Revision.NONE);
            if (!at.equals(write.expected())) {
                return new CommitResult.Conflict(write.key(), actual);
            }
        }
        throw new IllegalStateException("etcd refused a transaction whose conditions hold");
    }
}
