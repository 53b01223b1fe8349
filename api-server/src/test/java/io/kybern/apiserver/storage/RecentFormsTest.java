package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentFormsTest {
    private final RecentForms forms = new RecentForms(1_000);
    private final AtomicInteger made = new AtomicInteger();

    private static StoredObject stored(String name) {
        ObjectKey key = new ObjectKey("a", name);
        return StoredObject.of(key, new Revision(1), Samples.object(key, "v"));
    }

    private String form(StoredObject object) {
        return object.form("form", o -> "made " + made.incrementAndGet());
    }

    @Test
    void theOldestIsMadeAnewWhenTheBoundIsPassed() {
        StoredObject first = stored("first");
        StoredObject second = stored("second");
        form(first);
        form(second);
        forms.add(first, "form", 600);
        forms.add(second, "form", 600);
        assertThat(form(second)).isEqualTo("made 2");
        assertThat(form(first)).isEqualTo("made 3");
    }

    @Test
    void whatIsLargerThanTheBoundStaysAlone() {
        StoredObject only = stored("only");
        form(only);
        forms.add(only, "form", 5_000);
        assertThat(form(only)).isEqualTo("made 1");
    }
}
