package io.kybern.apiserver.registry.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions that a kube-apiserver 1.36.3 took, and what it said to others. */
class DeviceSelectorsTest {
    private static List<String> complaints(String expression) {
        FieldErrors errors = new FieldErrors();
        DeviceSelectors.validate(expression, FieldPath.of("e"), errors);
        return errors.list().stream().map(FieldError::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "device.driver == 'a'",
                "device.allowMultipleAllocations",
                "device.attributes['a'].b",
                "device.attributes['a'].b.isGreaterThan(semver('1.0.0'))",
                "device.capacity['a'].b.isGreaterThan(quantity('1Gi'))",
                "device.?attributes['a'].b.orValue(true)",
                "cel.bind(d, device.attributes['a'], d.b && d.c)",
                "device.attributes.all(k, device.attributes[k].all(j, device.attributes[k][j] == device.driver))"
            })
    void takesWhatIsTrueOrFalse(String expression) {
        assertThat(complaints(expression)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "device.driver                   | must evaluate to bool or the unknown type, not string",
                "device.attributes               | must evaluate to bool or the unknown type, not map(string, map(string, google.protobuf.Any))",
                "device.attributes['a'].b[0]     | must evaluate to bool or the unknown type, not dyn",
                "device.nope                     | undefined field 'nope'",
                "object.x == 1                   | undeclared reference to 'object'",
                "device.attributes['a'].b.all(x, true) | expression of type 'any' cannot be range of a comprehension",
                "device.attributes['a'].includes(1)    | undeclared reference to 'includes'"
            })
    void refusesOthers(String expression, String why) {
        assertThat(complaints(expression)).singleElement().asString().contains(why);
    }

    @Test
    void refusesWhatCostsTooMuch() {
        assertThat(complaints(
                        "device.attributes.all(k, device.attributes.all(j, device.attributes.all(l, k+j+l != 'x')))"))
                .containsExactly("e: Forbidden: too complex, exceeds cost limit");
    }
}
