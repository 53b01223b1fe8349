package io.kybern.apiserver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.embedded.EmbeddedOptions;
import io.kybern.apiserver.storage.embedded.EmbeddedStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredStoreTest {
    @Test
    void tellsWritesApart(@TempDir Path directory) throws Exception {
        EmbeddedOptions options = new EmbeddedOptions(directory, Duration.ofMinutes(5), InstantSource.system());
        try (MeasuredStore store = new MeasuredStore(EmbeddedStore.open(options))) {
            store.commit(Write.put("/registry/pods/default/web", Revision.NONE, new byte[] {1}));
            store.commit(Write.put("/registry/pods/default/web", null, new byte[] {2}));
            store.commit(Write.delete("/registry/pods/default/web", null));
            store.commit(Write.put("/registry/example.com/widgets/default/w", Revision.NONE, new byte[] {1}));
            MetricText out = new MetricText();
            store.writeTo(out);
            assertThat(new String(out.bytes(), StandardCharsets.UTF_8))
                    .contains("etcd_requests_total{group=\"\",operation=\"create\",resource=\"pods\"} 1\n")
                    .contains("etcd_requests_total{group=\"\",operation=\"update\",resource=\"pods\"} 1\n")
                    .contains("etcd_requests_total{group=\"\",operation=\"delete\",resource=\"pods\"} 1\n")
                    .contains("_count{group=\"example.com\",operation=\"create\",resource=\"widgets\"} 1\n");
        }
    }
}
