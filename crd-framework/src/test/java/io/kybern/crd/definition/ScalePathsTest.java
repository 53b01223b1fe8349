package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.golden.Golden;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScalePathsTest {
    private static final ScalePaths PATHS =
            new ScalePaths(".spec.deep.replicas", ".status.replicas", Optional.of(".status.selector"));

    private static List<String> complaints(String object) {
        FieldErrors errors = new FieldErrors();
        PATHS.validateSpec(Golden.json(object), errors);
        PATHS.validateStatus(Golden.json(object), errors);
        return errors.list().stream().map(FieldError::toString).toList();
    }

    @Test
    void tellsWhatHasNoFieldsOnTheWay() {
        assertThat(complaints("{'spec': 'x', 'status': [1]}"))
                .containsExactly(
                        ".spec.deep.replicas: Invalid value: 0: .spec.deep accessor error: x is of the type string,"
                                + " expected map[string]interface{}",
                        ".status.replicas: Invalid value: 0: .status.replicas accessor error: [1] is of the type"
                                + " []interface {}, expected map[string]interface{}",
                        ".status.selector: Invalid value: \"\": .status.selector accessor error: [1] is of the type"
                                + " []interface {}, expected map[string]interface{}");
    }

    @Test
    void whatIsMissingOrNullIsNoFault() {
        assertThat(complaints("{'spec': {'deep': null}}")).isEmpty();
        assertThat(complaints("{'spec': {'deep': {'replicas': 1}}, 'status': {'replicas': 0, 'selector': 'a=b'}}"))
                .isEmpty();
    }

    @Test
    void tellsWhatIsNoNumber() {
        assertThat(complaints("{'spec': {'deep': {'replicas': true}}}"))
                .containsExactly(".spec.deep.replicas: Invalid value: 0: .spec.deep.replicas accessor error: true is of"
                        + " the type bool, expected int64");
    }
}
