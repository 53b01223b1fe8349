package io.kybern.apiserver.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fuzz")
class SelectorLawsTest {
    private static final List<String> KEYS = List.of("a", "b", "x.io/a", "in", "notin", "n");
    private static final List<String> VALUES = List.of("a", "b", "", "1", "2", "10", "in", "A_b.c");
    private static final List<String> TOKENS = List.of(
            "a", "b", "=", "==", "!=", "!", "in", "notin", "(", ")", ",", " ", ">", "<", "1", "x.io/a", "-", "\\",
            "\\,", "é", "\t", "/", "");

    /** A term as it is written, and what it means of some labels. */
    private record Term(String text, Predicate<Map<String, String>> holds) {}

    private static Term term(Source source) {
        String key = source.of(KEYS);
        String value = source.of(VALUES);
        String space = source.of("", " ");
        List<String> set = source.list(1, 3, s -> s.of(VALUES));
        String list = space + key + " " + source.of("in", "notin") + space + "(" + String.join("," + space, set) + ")";
        boolean in = list.startsWith(space + key + " in");
        long limit = source.below(20);
        return switch (source.below(7)) {
            case 0 -> new Term(key + space + "=" + space + value, l -> value.equals(l.get(key)));
            case 1 -> new Term(key + "==" + value, l -> value.equals(l.get(key)));
            case 2 -> new Term(key + "!=" + value, l -> !value.equals(l.get(key)));
            case 3 -> new Term(list, l -> in == (l.containsKey(key) && set.contains(l.get(key))));
            case 4 -> new Term(space + key, l -> l.containsKey(key));
            case 5 -> new Term("!" + space + key, l -> !l.containsKey(key));
            default ->
                new Term(
                        key + (in ? ">" : "<") + limit,
                        l -> isNumber(l.get(key))
                                && (in ? Long.parseLong(l.get(key)) > limit : Long.parseLong(l.get(key)) < limit));
        };
    }

    private static boolean isNumber(String text) {
        return text != null && text.matches("-?\\d+");
    }

    @Test
    void labelsMatchAsTheTermsSay() {
        Fuzz.check(1000, source -> {
            List<Term> terms = source.list(0, 3, SelectorLawsTest::term);
            String text = source.note(
                    "selector", String.join(",", terms.stream().map(Term::text).toList()));
            Map<String, String> labels = new HashMap<>();
            source.list(0, 4, s -> s.of(KEYS)).forEach(key -> labels.put(key, source.of(VALUES)));
            source.note("labels", labels);
            LabelSelector selector = LabelSelector.parse(text);
            assertThat(selector.matches(labels))
                    .isEqualTo(terms.stream().allMatch(t -> t.holds().test(labels)));
            LabelSelector again = LabelSelector.parse(source.note("printed", selector.toString()));
            assertThat(again).hasToString(selector.toString());
            assertThat(again.matches(labels)).isEqualTo(selector.matches(labels));
        });
    }

    @Test
    void anyTextIsALabelSelectorOrRefused() {
        Fuzz.check(1500, source -> {
            String text = source.note("selector", any(source));
            LabelSelector selector;
            try {
                selector = LabelSelector.parse(text);
            } catch (SelectorException e) {
                assertThat(e.getMessage()).isNotBlank();
                return;
            }
            selector.matches(Map.of("a", "b"));
            assertThat(LabelSelector.parse(selector.toString())).hasToString(selector.toString());
        });
    }

    @Test
    void anyTextIsAFieldSelectorOrRefused() {
        Fuzz.check(1500, source -> {
            String text = source.note("selector", any(source));
            FieldSelector selector;
            try {
                selector = FieldSelector.parse(text);
            } catch (SelectorException e) {
                assertThat(e.getMessage()).isNotBlank();
                return;
            }
            assertThat(new TreeSet<>(FieldSelector.parse(selector.toString()).fieldNames()))
                    .isEqualTo(new TreeSet<>(selector.fieldNames()));
        });
    }

    @Test
    void fieldsMatchAsTheTermsSay() {
        Fuzz.check(1000, source -> {
            Map<String, String> fields = Map.of("f", source.text(), "g", source.of("x", ""));
            List<String> terms = new ArrayList<>();
            boolean expected = true;
            int count = source.below(3);
            for (int i = 0; i < count; i++) {
                String field = source.of("f", "g", "absent");
                String actual = fields.getOrDefault(field, "");
                String value = source.onceIn(2) ? actual : source.text();
                boolean equal = source.onceIn(2);
                expected &= equal == actual.equals(value);
                String escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
                terms.add(field + (equal ? source.of("=", "==") : "!=") + escaped);
            }
            FieldSelector selector = FieldSelector.parse(source.note("selector", String.join(",", terms)));
            byte[] json = "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"web\"}}".getBytes();
            StoredObject object = StoredObject.of(
                    new ObjectKey("default", "web"),
                    new Revision(7),
                    new EncodedObject(json, 30, 42, Map.of(), fields));
            assertThat(selector.matches(object)).isEqualTo(expected);
            assertThat(FieldSelector.parse(selector.toString()).terms())
                    .containsExactlyInAnyOrderElementsOf(selector.terms());
        });
    }

    private static String any(Source source) {
        return source.onceIn(5) ? source.text() : String.join("", source.list(0, 10, s -> s.of(TOKENS)));
    }
}
