package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.golden.Golden;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A field set is a set: every operation against the same one on plain sets of paths. */
@Tag("fuzz")
class FieldSetLawsTest {
    private static final List<PathElement> ELEMENTS = List.of(
            PathElement.field("a"),
            PathElement.field("b"),
            PathElement.field("c"),
            PathElement.key(Golden.json("{'name': 'x'}")),
            PathElement.key(Golden.json("{'port': 80, 'name': 'y'}")),
            PathElement.value(TextNode.valueOf("<v>")),
            PathElement.value(IntNode.valueOf(9)),
            PathElement.index(3));

    private static FieldSet set(Source random) {
        return random.list(0, 12, r -> r.list(1, 4, g -> g.of(ELEMENTS))).stream()
                .map(FieldSet::of)
                .reduce(FieldSet.EMPTY, FieldSet::union);
    }

    private static Set<List<PathElement>> paths(FieldSet set) {
        Set<List<PathElement>> all = new HashSet<>();
        set.forEachPath(p -> all.add(new ArrayList<>(p)));
        return all;
    }

    @Test
    void union() {
        Fuzz.check(200, random -> {
            FieldSet a = set(random);
            FieldSet b = set(random);
            Set<List<PathElement>> expected = paths(a);
            expected.addAll(paths(b));
            assertThat(paths(a.union(b))).isEqualTo(expected);
            assertThat(a.union(b)).isEqualTo(b.union(a));
            assertThat(a.union(b).size()).isEqualTo(expected.size());
        });
    }

    @Test
    void intersectionAndDifference() {
        Fuzz.check(200, random -> {
            FieldSet a = set(random);
            FieldSet b = set(random);
            Set<List<PathElement>> common = paths(a);
            common.retainAll(paths(b));
            Set<List<PathElement>> only = paths(a);
            only.removeAll(paths(b));
            assertThat(paths(a.intersection(b))).isEqualTo(common);
            assertThat(paths(a.difference(b))).isEqualTo(only);
            assertThat(a.difference(b).union(a.intersection(b))).isEqualTo(a);
            assertThat(a.difference(a).isEmpty()).isTrue();
        });
    }

    @Test
    void recursiveDifference() {
        Fuzz.check(200, random -> {
            FieldSet a = set(random);
            FieldSet b = set(random);
            Set<List<PathElement>> left = paths(a);
            left.removeIf(path -> {
                for (int i = 1; i <= path.size(); i++) {
                    if (b.has(path.subList(0, i))) {
                        return true;
                    }
                }
                return false;
            });
            assertThat(paths(a.recursiveDifference(b))).isEqualTo(left);
        });
    }

    /** Without parsing the other: it may err on the side of a meeting, not on the other. */
    @Test
    void setsThatDoNotMeetHaveNothingInCommon() {
        int[] apart = {0};
        Fuzz.check(200, random -> {
            FieldSet a = set(random);
            FieldSet b = set(random);
            if (!a.mayMeet(b.toJson())) {
                apart[0]++;
                assertThat(b.intersection(a).isEmpty()).isTrue();
                assertThat(b.difference(a)).isSameAs(b);
            }
        });
        FieldSet spec = FieldSet.ofFields(List.of(List.of("spec", "replicas")));
        FieldSet status = FieldSet.ofFields(List.of(List.of("status")));
        assertThat(status.mayMeet(spec.toJson())).isFalse();
        assertThat(apart[0]).isPositive();
    }

    @Test
    void fieldsV1RoundTrip() {
        Fuzz.check(200, random -> {
            FieldSet set = set(random);
            assertThat(FieldSet.parse(set.toJson())).isEqualTo(set);
            assertThat(paths(set)).allMatch(set::has);
        });
    }

    @Test
    void fieldsV1Form() {
        FieldSet set = FieldSet.parse(Golden.json(
                "{'f:spec': {'f:ports': {'.': {}, 'k:{\\'protocol\\':\\'TCP\\',\\'port\\':80}': {'f:port': {}}}}}"
                        .replace("\\'", "\\\"")));
        assertThat(set).hasToString(".spec.ports\n.spec.ports[port=80,protocol=\"TCP\"].port");
        assertThat(set.toJson().path("f:spec").path("f:ports").fieldNames())
                .toIterable()
                .containsExactly(".", "k:{\"port\":80,\"protocol\":\"TCP\"}");
    }

    @Test
    void numbersOfKeysSortAsNumbers() {
        FieldSet set = FieldSet.of(
                List.of(PathElement.key(Golden.json("{'port': 443}"))),
                List.of(PathElement.key(Golden.json("{'port': 80}"))));
        assertThat(set.toJson().fieldNames()).toIterable().containsExactly("k:{\"port\":80}", "k:{\"port\":443}");
    }
}
