package io.kybern.crd.cel.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleChecksTest {
    private static Schema schema(String json) {
        return Schemas.parseSingle((ObjectNode) Golden.json(json));
    }

    private static List<String> complaints(String json) {
        FieldErrors errors = new FieldErrors();
        RuleChecks checks = new RuleChecks(errors, false);
        checks.check(schema(json), FieldPath.of("schema"), RuleChecks.Place.ROOT);
        checks.checkTotal(FieldPath.of("schema"));
        return errors.list().stream().map(FieldError::toString).toList();
    }

    private static String rule(String rule, String spec) {
        return "{\"type\":\"object\",\"properties\":{\"spec\":" + spec + "},\"x-kubernetes-validations\":[{\"rule\":\""
                + rule + "\"}]}";
    }

    @Test
    void acceptsCheapRulesOnEscapedNames() {
        assertThat(
                        complaints(
                                rule(
                                        "self.spec.foo__dash__bar > 1 && self.spec.namespace.size() > 0 && self.metadata.name.size() > 0",
                                        "{\"type\":\"object\",\"properties\":{\"foo-bar\":{\"type\":\"integer\"},\"namespace\":{\"type\":\"string\"}}}")))
                .isEmpty();
    }

    @Test
    void tellsByWhichFactorARuleMayCostTooMuch() {
        String lists = "{\"type\":\"array\",\"maxItems\":10000,\"items\":{\"type\":\"string\",\"maxLength\":100}}";
        assertThat(complaints(rule("self.spec.all(x, self.spec.all(y, x != y))", lists)))
                .hasSize(3)
                .first()
                .asString()
                .contains("estimated rule cost exceeds budget by factor of more than 100x");
    }

    @Test
    void warnsOfWhatWasWrongBefore() {
        Schema schema = schema("{\"type\":\"object\",\"properties\":{\"spec\":{\"type\":\"object\",\"properties\":"
                + "{\"a\":{\"type\":\"integer\",\"x-kubernetes-validations\":[{\"rule\":\"self > 5\"}]},"
                + "\"b\":{\"type\":\"integer\"}}}}}");
        FieldErrors errors = new FieldErrors();
        CelRules rules = new CelRules();
        rules.validate(
                Golden.json("{\"spec\":{\"a\":1,\"b\":2}}"),
                Optional.of(Golden.json("{\"spec\":{\"a\":1,\"b\":1}}")),
                schema,
                errors);
        assertThat(errors.isEmpty()).isTrue();
        assertThat(errors.warnings()).containsExactly("spec.a: Invalid value: 1: failed rule: self > 5");
        rules.validate(
                Golden.json("{\"spec\":{\"a\":2}}"), Optional.of(Golden.json("{\"spec\":{\"a\":1}}")), schema, errors);
        assertThat(errors.list())
                .extracting(FieldError::toString)
                .containsExactly("spec.a: Invalid value: 2: failed rule: self > 5");
    }

    /** As deep as an expression may be, on a stack as small as the server's threads have. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(|1 == 1|)",
                "1 + |1|",
                "|self|.a",
                "[|1|]",
                "!|true|",
                "-|1|",
                "{1: |1|}",
                "true ? |1| : 0",
                "size([|1|])",
                "[1].all(x, |true|)",
                "[1].map(x, |1|)"
            })
    void deepExpressionsNeedNoDeepStack(@Nullable String head, String middle, @Nullable String tail)
            throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        for (int depth : new int[] {20, 100, 240, 300, 2_000}) {
            String text = Objects.requireNonNullElse(head, "").repeat(depth)
                    + middle
                    + Objects.requireNonNullElse(tail, "").repeat(depth);
            Thread thread = new Thread(null, () -> useRule(text), "small", 512 << 10);
            thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
            thread.start();
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private static void useRule(String text) {
        Schema schema = schema("{\"type\":\"object\",\"x-kubernetes-validations\":[{\"rule\":\"" + text + "\"}]}");
        complaints(rule(text, "{\"type\":\"object\"}"));
        new CelRules().validate(Golden.json("{}"), Optional.empty(), schema, new FieldErrors());
    }
}
