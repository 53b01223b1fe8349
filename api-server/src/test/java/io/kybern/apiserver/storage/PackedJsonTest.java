package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedJsonTest {
    private static StoredObject object(String name, long revision, int seed, int size) {
        StringBuilder filler = new StringBuilder();
        Random random = new Random(seed);
        while (filler.length() < size) {
            filler.append(random.nextInt(10));
        }
        String head = "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{";
        String json = head + "\"name\":\"" + name + "\"},\"spec\":\"" + filler + "\",\"status\":" + revision + "}";
        return StoredObject.of(
                new ObjectKey("default", name),
                new Revision(revision),
                new EncodedObject(
                        json.getBytes(StandardCharsets.UTF_8), 0, head.length(), Map.of("a", name), Map.of()));
    }

    /** How many of some are packed. */
    private static long packed(List<StoredObject> objects) {
        return objects.stream()
                .filter(each -> each.body() instanceof PackedJson)
                .count();
    }

    @ParameterizedTest
    @CsvSource({"1000, 32", "40000, 26", "400000, 4"})
    void eachSoManyRevisionsOneStaysWhole(int size, int chain) {
        List<StoredObject> revisions = new ArrayList<>();
        List<byte[]> before = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            revisions.add(object("a", i, 1, size));
            before.add(revisions.get(i).json());
        }
        for (int i = 0; i < 99; i++) {
            int length = revisions.get(i).length();
            int saved = revisions.get(i).packOnto(revisions.get(i + 1));
            assertThat(saved).as("revision %s", i).matches(s -> s == 0 || s > length * 8 / 10);
            assertThat(revisions.get(i).length()).isEqualTo(length);
        }
        assertThat(packed(revisions)).isEqualTo(99 - 99 / (chain + 1));
        for (int i = 0; i < 100; i++) {
            assertThat(revisions.get(i).json()).isEqualTo(before.get(i));
        }
    }

    @Test
    void whatHasLittleInCommonStaysWhole() {
        StoredObject first = object("a", 1, 1, 2_000);
        assertThat(first.packOnto(object("a", 2, 2, 2_000))).isZero();
        assertThat(first.packLike(object("b", 3, 2, 2_000))).isZero();
        assertThat(first.body()).isInstanceOf(byte[].class);
    }

    @Test
    void anObjectIsPackedByAnotherThatIsMuchTheSame() {
        StoredObject first = object("a", 1, 1, 2_000);
        byte[] json = first.json();
        assertThat(first.packLike(object("b", 2, 1, 2_000))).isGreaterThan(1_800);
        assertThat(first.json()).isEqualTo(json);
        assertThat(first.withRevision(new Revision(1))).isEqualTo(first);
        assertThat(first.packLike(object("c", 3, 1, 2_000))).as("is packed").isZero();
    }

    @Test
    void derivedFormsGoWithTheBytes() {
        StoredObject first = object("a", 1, 1, 2_000);
        first.form("length", StoredObject::length);
        first.packOnto(object("a", 2, 1, 2_000));
        assertThat(first.kept("length")).isEmpty();
    }

    @Test
    void laterRevisionsShareWhatIsIndexedOfThem() {
        StoredObject first = object("a", 1, 1, 10);
        StoredObject second = first.next(new Revision(2), object("a", 2, 1, 10).encoded());
        assertThat(second.labels()).isSameAs(first.labels());
        assertThat(second.key()).isSameAs(first.key());
        StoredObject third = first.next(new Revision(3), object("b", 3, 1, 10).encoded());
        assertThat(third.labels()).containsEntry("a", "b");
    }
}
