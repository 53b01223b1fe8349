package io.kybern.apiserver.storage.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/**
 * Forgets history, once an interval for all servers of an etcd: they write in turn one key, whose version counts the rounds. Who
 * finds the version that it has seen last has the turn: it compacts to the revision of its last round, and writes the
 * revision of now. The others learn the version and wait for the next round. The original's servers take part with the same
 * key. Source: {@code storage/etcd3/compact.go}.
 *
 * <p>Used by one thread.
 */
final class Compaction {
    private static final String KEY = "compact_rev_key";
    private static final ByteSequence KEY_BYTES = EtcdClient.bytes(KEY);

    private final EtcdClient client;
    private long round;
    private long revision;

    Compaction(EtcdClient client) {
        this.client = client;
    }

    /** One round: the revision up to which history is gone since, if this has learnt it. */
    OptionalLong round() {
        TxnResponse answer = client.commit(client.transaction()
                .If(new Cmp(KEY_BYTES, Cmp.Op.EQUAL, CmpTarget.version(round)))
                .Then(Op.put(KEY_BYTES, EtcdClient.bytes(Long.toString(revision)), PutOption.DEFAULT))
                .Else(Op.get(KEY_BYTES, GetOption.DEFAULT)));
        long seen = revision;
        revision = answer.getHeader().getRevision();
        if (!answer.isSucceeded()) {
            List<io.etcd.jetcd.KeyValue> others =
                    answer.getGetResponses().getFirst().getKvs();
            if (others.isEmpty()) { // somebody has removed it
                round = 0;
                return OptionalLong.empty();
            }
            round = others.getFirst().getVersion();
            return OptionalLong.of(Long.parseLong(others.getFirst().getValue().toString(StandardCharsets.UTF_8)));
        }
        round++;
        if (seen == 0) {
            return OptionalLong.empty();
        }
        try {
            client.compact(seen);
        } catch (EtcdException e) {
            if (!EtcdClient.meansCompacted(e)) {
                throw e;
            } // somebody was faster
        }
        return OptionalLong.of(seen);
    }
}
