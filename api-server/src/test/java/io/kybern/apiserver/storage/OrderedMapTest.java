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

    private static List<Map.Entry<Integer, Integer>> entries(OrderedMap<Integer, Integer> map, int from) {
        List<Map.Entry<Integer, Integer>> entries = new ArrayList<>();
        for (Iterator<Map.Entry<Integer, Integer>> all = map.iteratorFrom(from); all.hasNext(); ) {
            Map.Entry<Integer, Integer> entry = all.next();
            entries.add(Map.entry(entry.getKey(), entry.getValue()));
        }
        return entries;
    }
}
