package io.kybern.operators.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import io.kybern.operators.metadata.ObjectMetadata.Owner;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectMetadataTest {
    @Test
    void readsWhatOwnershipNeedsAndSkipsTheRest() throws IOException {
        try (var parser = new JsonFactory().createParser("""
                {"kind":"PartialObjectMetadata","metadata":{"managedFields":[{"fieldsV1":{"f:metadata":{"name":{}}}}],
                "name":"a","namespace":"n","uid":"u","resourceVersion":"7","deletionTimestamp":"2026-01-01T00:00:00Z",
                "labels":{"uid":"no"},"finalizers":["orphan","x"],"ownerReferences":[{"apiVersion":"apps/v1",
                "kind":"ReplicaSet","name":"o","uid":"ou","controller":true,"blockOwnerDeletion":false}]},"spec":{"name":1}}
                """)) {
            parser.nextToken();
            assertThat(ObjectMetadata.read(parser))
                    .isEqualTo(new ObjectMetadata(
                            "n",
                            "a",
                            "u",
                            "7",
                            true,
                            List.of("orphan", "x"),
                            List.of(new Owner("apps/v1", "ReplicaSet", "o", "ou", true, false))));
            assertThat(parser.nextToken()).isNull();
        }
    }
}
