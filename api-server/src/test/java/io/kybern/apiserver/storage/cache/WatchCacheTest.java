package io.kybern.apiserver.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.ResourceStore.SlowConsumerException;
import io.kybern.apiserver.storage.ResourceStore.Subscription;
import io.kybern.apiserver.storage.ResourceStoreContract;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.storage.embedded.EmbeddedOptions;
import io.kybern.apiserver.storage.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchCacheTest extends ResourceStoreContract {
    private static final CachedResource PODS = new CachedResource(
            "/registry/pods/",
            true,
            Optional.of(tree ->
                    Map.of("metadata.labels.v", tree.at("/metadata/labels/v").asText())));

    @TempDir
    private Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;
    private EmbeddedStore store;
    private WatchCache cache;

    @BeforeEach
    void open() {
        store = EmbeddedStore.open(EmbeddedOptions.of(directory));
        cache = new WatchCache(store, PODS, clock);
    }

    @AfterEach
    void close() {
        cache.close();
        store.close();
    }

    @Override
    protected ResourceStore store() {
        return cache;
    }

    @Test
    void whatIsStoredIsLoadedOnFirstUseWithLabelsAndFields() {
        create("default/a");
        StoredObject second = create("default/b");
        WatchCache other = new WatchCache(store, PODS, clock);
        for (boolean loaded : new boolean[] {false, true}) {
            StoredObject found = other.get(second.key()).orElseThrow();
            assertThat(other.isLoaded()).isEqualTo(loaded);
            assertThat(found.revision()).isEqualTo(second.revision());
            assertThat(found.json()).isEqualTo(second.json());
            assertThat(found.labels()).isEqualTo(Map.of("v", "b"));
            assertThat(found.fields()).isEqualTo(Map.of("metadata.labels.v", "b"));
            assertThat(other.snapshot().count("")).isEqualTo(2);
        }
    }

    @Test
    void whoIsToldOfAChangeFindsWhatWasWrittenWithItOfOtherResources() throws Exception {
        WatchCache services =
                new WatchCache(store, new CachedResource("/registry/services/", true, Optional.empty()), clock);
        services.load();
        WatchCache others =
                new WatchCache(store, new CachedResource("/registry/others/", true, Optional.empty()), clock);
        others.load();
        ObjectKey key = new ObjectKey("default", "x");
        CompletableFuture<List<Object>> found = new CompletableFuture<>();
        Revision before = store.currentRevision();
        Subscription watch = cache.watch(
                before,
                everything(""),
                () -> found.complete(List.of(
                        services.get(key).isPresent(),
                        cache.get(key).isPresent(),
                        services.snapshot().revision(),
                        others.snapshot().revision())));
        assertThat(watch.poll(1)).isEmpty();
        byte[] value = StoredValue.encode(object(key, "a"));
        store.commit(List.of(
                Write.put("/registry/pods/default/x", Revision.NONE, value),
                Write.put("/registry/services/default/x", Revision.NONE, value)));
        Revision now = new Revision(before.value() + 1);
        assertThat(found.get(20, TimeUnit.SECONDS)).containsExactly(true, true, now, now);
        watch.close();
        services.close();
        others.close();
    }

    @Test
    void aFewObjectsAreReadAloneManyAreWorthLoadingAll() {
        StoredObject stored = create("default/a");
        WatchCache other = new WatchCache(store, PODS, clock);
        int alone = 0;
        while (!other.isLoaded()) {
            assertThat(other.get(stored.key())).isPresent();
            alone++;
        }
        assertThat(alone).isBetween(2, 100);
    }

    @Test
    void aWatcherThatReturnsAfterARestartFindsWhatItMissed() {
        StoredObject first = create("default/a");
        create("default/b");
        close();
        open();
        try (Subscription watch = cache.watch(first.revision(), everything(""), () -> {})) {
            assertThat(types(watch.poll(10))).containsExactly("ADDED b b");
        }
    }

    @Test
    void whoHasWatchedElsewhereGoesOnHereHoweverMuchWasWrittenSince() {
        StoredObject first = create("default/a");
        StoredObject changed = done(cache.update(first.key(), first.revision(), object(first.key(), "changed"), 0));
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1_200; i++) {
                many.execute(() -> store.commit(Write.put("/registry/others/x", null, new byte[] {1})));
            }
        }
        StoredObject last = create("default/b");
        close();
        open();
        cache.load();
        StoredObject after = create("default/c");
        assertThat(cache.reaches(last.revision())).isTrue();
        assertThat(cache.reaches(first.revision())).isFalse();
        assertThatThrownBy(() -> cache.watch(first.revision(), everything(""), () -> {}))
                .isInstanceOf(CompactedException.class);
        cache.reachBack(first.revision());
        assertThat(cache.reaches(first.revision())).isTrue();
        try (Subscription watch = cache.watch(first.revision(), everything(""), () -> {})) {
            assertThat(watch.poll(10))
                    .extracting(Change::revision)
                    .containsExactly(changed.revision(), last.revision(), after.revision());
        }
        assertThat(json(cache.snapshotAt(first.revision()).get(first.key()).orElseThrow()))
                .isEqualTo(json(first));
    }

    @Test
    void aSlowWatcherIsEndedAndAQuietOneIsNot() {
        create("default/a");
        Revision start = cache.snapshot().revision();
        Subscription slow = cache.watch(start, everything(""), () -> {});
        Subscription quiet = cache.watch(start, everything("quiet"), () -> {});
        assertThat(quiet.poll(1)).isEmpty();
        forgetByTime();
        assertThatThrownBy(() -> slow.poll(1)).isInstanceOf(SlowConsumerException.class);
        create("quiet/x");
        assertThat(types(quiet.poll(10))).containsExactly("ADDED x x");
        assertThatThrownBy(() -> cache.watch(start, everything(""), () -> {})).isInstanceOf(CompactedException.class);
    }

    @Test
    void aStateThatLeftTheWindowIsReadFromTheStoreUntilItIsCompacted() {
        cache.load();
        StoredObject first = create("default/a");
        cache.update(first.key(), first.revision(), object(first.key(), "changed"), 0);
        forgetByTime();
        assertThat(json(cache.snapshotAt(first.revision()).get(first.key()).orElseThrow()))
                .isEqualTo(json(first));
        store.compact(cache.snapshot().revision());
        assertThatThrownBy(() -> cache.snapshotAt(first.revision())).isInstanceOf(CompactedException.class);
    }

    @Test
    void aWatcherOfAFieldValueIsFoundByIt() {
        ResourceStore.ObjectFilter onNode = new ResourceStore.ObjectFilter() {
            @Override
            public String namespace() {
                return "";
            }

            @Override
            public boolean matchesAll() {
                return false;
            }

            @Override
            public Optional<RequiredField> requiredField() {
                return Optional.of(new RequiredField("node", "n1"));
            }

            @Override
            public boolean test(StoredObject object) {
                return "n1".equals(object.fields().get("node"));
            }
        };
        AtomicReference<Integer> wakes = new AtomicReference<>(0);
        Subscription watch = cache.watch(cache.snapshot().revision(), onNode, () -> wakes.updateAndGet(n -> n + 1));
        assertThat(watch.poll(1)).isEmpty();
        StoredObject at = done(cache.create(WEB, onNode("n2"), 0));
        assertThat(wakes).hasValue(0);
        at = done(cache.update(WEB, at.revision(), onNode("n1"), 0));
        assertThat(wakes).hasValue(1);
        assertThat(types(watch.poll(10))).containsExactly("ADDED web n1");
        assertThat(watch.poll(10)).isEmpty();
        done(cache.update(WEB, at.revision(), onNode("n2"), 0));
        assertThat(types(watch.poll(10))).containsExactly("DELETED web n1");
    }

    @Test
    void anUnreadableValueEndsTheWatchersInsteadOfBeingPassedBy() {
        Subscription watch = cache.watch(cache.snapshot().revision(), everything(""), () -> {});
        store.commit(Write.put("/registry/pods/default/broken", null, new byte[] {9}));
        assertThatThrownBy(() -> watch.poll(1)).isInstanceOf(SlowConsumerException.class);
        assertThatThrownBy(cache::snapshot).hasMessageContaining("unknown version 9");
        store.commit(Write.delete("/registry/pods/default/broken", null));
        store.compact(store.currentRevision());
        assertThat(cache.get(WEB)).isEmpty();
    }

    private static EncodedObject onNode(String node) {
        var plain = object(WEB, node);
        return new EncodedObject(
                plain.json(), plain.itemOffset(), plain.spliceOffset(), plain.labels(), Map.of("node", node));
    }

    private void forgetByTime() {
        now.updateAndGet(at -> at.plus(Duration.ofMinutes(10)));
        for (int i = 0; i < 30; i++) {
            create("busy/" + i);
        }
        now.updateAndGet(at -> at.plus(Duration.ofMinutes(10)));
        create("busy/last");
    }
}
