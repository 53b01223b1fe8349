package io.kybern.apiserver.loopback;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.service.PortRange;
import io.kybern.apiserver.service.TakenPorts;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.apiserver.wire.protobuf.ProtobufDecoder;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.Base64;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Function;

/**
 * The node ports of all servers that share a store, under the original's key and in its form: a {@code RangeAllocation}
 * whose data are a number, big-endian, of which bit 0 is the first port of the range. Blocks. Source: {@code
 * pkg/registry/core/service/allocator}.
 */
public final class StoredPorts implements TakenPorts {
    private static final String KEY = "/registry/ranges/servicenodeports";
    private static final GroupVersionKind KIND = new GroupVersionKind("", "v1", "RangeAllocation");
    /** More writers than that at once there are not. */
    private static final int ATTEMPTS = 100;

    private final KeyValueStore store;
    private final PortRange range;

    public StoredPorts(KeyValueStore store, PortRange range) {
        this.store = store;
        this.range = range;
    }

    @Override
    public <T> T update(Function<BitSet, T> change) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<KeyValue> stored = store.get(KEY, Revision.NONE);
            BitSet before = stored.map(pair -> ports(pair.value())).orElseGet(BitSet::new);
            BitSet after = (BitSet) before.clone();
            T answer = change.apply(after);
            Revision expected = stored.map(KeyValue::modified).orElse(Revision.NONE);
            if (after.equals(before)
                    || store.commit(Write.put(KEY, expected, value(after))) instanceof CommitResult.Committed) {
                return answer;
            }
        }
        throw new StorageUnavailableException("too many servers change the node ports at once", null);
    }

    /** A set of another range is as good as none: Services are looked at again at the next start. */
    private BitSet ports(byte[] value) {
        ObjectNode allocation = value.length > 0 && value[0] == '{'
                ? JsonTree.parseStored(value)
                : ProtobufDecoder.decode(ProtobufDecoder.open(value), KIND);
        BitSet out = new BitSet();
        if (allocation.path("range").asText().equals(range.toString())) {
            byte[] number = Base64.getDecoder().decode(allocation.path("data").asText());
            BitSet offsets = BitSet.valueOf(reversed(number));
            offsets.stream().forEach(offset -> out.set(range.first() + offset));
        }
        return out;
    }

    private byte[] value(BitSet ports) {
        BitSet offsets = new BitSet();
        ports.stream().filter(range::contains).forEach(port -> offsets.set(port - range.first()));
        ObjectNode allocation = JsonNodeFactory.instance.objectNode();
        allocation.put("kind", KIND.kind()).put("apiVersion", KIND.apiVersion());
        allocation.putObject("metadata").putNull("creationTimestamp");
        allocation.put("range", range.toString());
        allocation.put("data", Base64.getEncoder().encodeToString(reversed(offsets.toByteArray())));
        return JsonWriter.bytes(allocation);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] out = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            out[i] = bytes[bytes.length - 1 - i];
        }
        return out;
    }
}
