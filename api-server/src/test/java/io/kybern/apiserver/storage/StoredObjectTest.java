package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredObjectTest {
    /** The place of the revision is marked by a caret. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"metadata\":{^\"name\":\"a\"}};{\"metadata\":{\"resourceVersion\":\"7\",\"name\":\"a\"}}",
                "{\"metadata\":{\"name\":\"a\"^}};{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"7\"}}",
                "{\"metadata\":{^}};{\"metadata\":{\"resourceVersion\":\"7\"}}"
            })
    void theRevisionGoesInAndOut(String marked, String wire) {
        int at = marked.indexOf('^');
        byte[] json = marked.replace("^", "").getBytes(StandardCharsets.UTF_8);
        EncodedObject encoded = new EncodedObject(json, 1, at, Map.of(), Map.of());
        StoredObject object = StoredObject.of(new ObjectKey("", "a"), new Revision(7), encoded);
        assertThat(new String(object.json(), StandardCharsets.UTF_8)).isEqualTo(wire);
        assertThat(object.encoded().json()).isEqualTo(json);
        StoredObject later = object.withRevision(new Revision(1_234));
        assertThat(new String(later.json(), StandardCharsets.UTF_8)).isEqualTo(wire.replace("7", "1234"));
        assertThat(later.withRevision(new Revision(7))).isEqualTo(object);
    }

    @ParameterizedTest
    @CsvSource({"a,x,b,x", "a-b,x,a,x", "a,x,a,y", "a,z,a0,a", "'',a,'',b"})
    void keysAreOrderedAsTheirPaths(String lessNamespace, String lessName, String moreNamespace, String moreName) {
        ObjectKey less = new ObjectKey(lessNamespace, lessName);
        ObjectKey more = new ObjectKey(moreNamespace, moreName);
        assertThat(less.path()).isLessThan(more.path());
        assertThat(less).isLessThan(more);
        assertThat(more).isGreaterThan(less);
    }
}
