package io.kybern.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.selector.FieldSelector;
import io.kybern.apiserver.selector.LabelSelector;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectorFilterTest {
    private static StoredObject object(Map<String, String> labels, Map<String, String> fields) {
        byte[] json = "{\"metadata\":{}}".getBytes(StandardCharsets.UTF_8);
        return StoredObject.of(
                new ObjectKey("default", "web"), new Revision(1), new EncodedObject(json, 1, 13, labels, fields));
    }

    private static SelectorFilter filter(String labels, String fields) {
        return new SelectorFilter("", LabelSelector.parse(labels), FieldSelector.parse(fields), false);
    }

    private static final List<StoredObject> OBJECTS = List.of(
            object(Map.of(), Map.of()),
            object(Map.of("app", "web"), Map.of("spec.nodeName", "")),
            object(Map.of("app", "web", "tier", "front"), Map.of("spec.nodeName", "node-1")),
            object(Map.of("app", "db", "tier", ""), Map.of("spec.nodeName", "node-2")));

    @Test
    void everythingThatMatchesHasTheMarks() {
        int matches = 0;
        for (String labels : List.of(
                "",
                "app=web",
                "app==db",
                "app in (web)",
                "app in (web,db)",
                "app!=web",
                "app",
                "!app",
                "tier=",
                "app=web,tier=front",
                "app notin (db)",
                "app=web,tier!=front")) {
            for (String fields : List.of("", "spec.nodeName=node-1", "spec.nodeName=", "spec.nodeName!=node-1")) {
                SelectorFilter filter = filter(labels, fields);
                for (StoredObject object : OBJECTS) {
                    if (filter.test(object)) {
                        matches++;
                        assertThat(object.marks() & filter.marks())
                                .as("%s by '%s' and '%s'", object.labels(), labels, fields)
                                .isEqualTo(filter.marks());
                    }
                }
            }
        }
        assertThat(matches).isGreaterThan(30);
    }

    @Test
    void whatIsWantedElsewhereIsPassedBy() {
        long marks = filter("app=nothing", "").marks();
        assertThat(marks).isNotZero();
        assertThat(OBJECTS).noneMatch(object -> (object.marks() & marks) == marks);
        long node = filter("", "spec.nodeName=node-7").marks();
        assertThat(node).isNotZero();
        assertThat(OBJECTS).noneMatch(object -> (object.marks() & node) == node);
    }
}
