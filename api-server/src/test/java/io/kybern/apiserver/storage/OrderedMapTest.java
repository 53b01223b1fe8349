package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderedMapTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void behavesAsATreeMapAndOldMapsStay(long seed) {
        Random random = new Random(seed);
        TreeMap<Integer, Integer> model = new TreeMap<>();
        OrderedMap<Integer, Integer> map = OrderedMap.empty();
        OrderedMap<Integer, Integer> old = map;
        List<Map.Entry<Integer, Integer>> oldEntries = List.of();
        for (int i = 0; i < 5_000; i++) {
            int key = random.nextInt(300);
            if (random.nextInt(3) > 0) {
                model.put(key, i);
                map = map.with(key, i);
            } else {
                model.remove(key);
                map = map.without(key);
            }
            assertThat(map.size()).isEqualTo(model.size());
            assertThat(map.get(key)).isEqualTo(model.get(key));
            int from = random.nextInt(300);
            assertThat(map.rank(from)).isEqualTo(model.headMap(from).size());
            if (i % 100 == 0) {
                assertThat(entries(map, from))
                        .isEqualTo(List.copyOf(model.tailMap(from).entrySet()));
                assertThat(entries(old, 0)).isEqualTo(oldEntries);
                assertThat(entries(OrderedMap.ofSorted(List.copyOf(model.entrySet())), from))
                        .isEqualTo(entries(map, from));
                old = map;
                oldEntries = entries(map, 0);
            }
        }
    }

    @Test
    void ascendingKeysDoNotMakeAList() {
        OrderedMap<Integer, Integer> map = OrderedMap.empty();
        for (int i = 0; i < 200_000; i++) {
            map = map.with(i, i);
        }
        assertThat(map.size()).isEqualTo(200_000);
        assertThat(map.rank(123_456)).isEqualTo(123_456);
    }

    private record Painted(long marks) implements OrderedMap.Marked {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsByMarksWhatAWalkOverAllFinds(long seed) {
        Random random = new Random(seed);
        OrderedMap<Integer, Painted> map = OrderedMap.empty();
        for (int i = 0; i < 3_000; i++) {
            int key = random.nextInt(500);
            // near each other the same, as the objects of an application are
            map = random.nextInt(4) > 0
                    ? map.with(key, new Painted(1L << key / 20 | 1L << random.nextInt(40)))
                    : map.without(key);
            if (i % 50 == 0) {
                int from = random.nextInt(500);
                long wanted = 1L << random.nextInt(40) | (i % 100 == 0 ? 1L << random.nextInt(64) : 0);
                List<Integer> expected = new ArrayList<>();
                map.iteratorFrom(from).forEachRemaining(entry -> {
                    if ((entry.getValue().marks() & wanted) == wanted) {
                        expected.add(entry.getKey());
                    }
                });
                List<Integer> found = new ArrayList<>();
                map.iteratorFrom(from, wanted).forEachRemaining(entry -> found.add(entry.getKey()));
                assertThat(found).isEqualTo(expected);
            }
        }
    }

    @Test
    void passesByWhatLacksTheMarks() {
        OrderedMap<Integer, Painted> map = OrderedMap.empty();
        for (int i = 0; i < 1_000; i++) {
            map = map.with(i, new Painted(1));
        }
        assertThat(map.iteratorFrom(0, 2).hasNext()).isFalse();
        assertThat(map.with(1_000, new Painted(2)).iteratorFrom(500, 2).next().getKey())
                .isEqualTo(1_000);
        assertThat(map.iteratorFrom(0, 0).hasNext()).isTrue();
    }

    private static List<Map.Entry<Integer, Integer>> entries(OrderedMap<Integer, Integer> map, int from) {
        List<Map.Entry<Integer, Integer>> entries = new ArrayList<>();
        for (Iterator<Map.Entry<Integer, Integer>> all = map.iteratorFrom(from); all.hasNext(); ) {
            Map.Entry<Integer, Integer> entry = all.next();
            entries.add(Map.entry(entry.getKey(), entry.getValue()));
        }
        return entries;
    }
}
