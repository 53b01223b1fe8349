package io.kybern.crd.cel.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RuleEvaluationTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCHEMA = """
            {"type":"object","properties":{"numbers":{"type":"array","items":{"type":"integer"}}},
             "x-kubernetes-validations":[{"rule":"self.numbers.all(n, n < 1000000)"}]}""";

    private final AtomicInteger pauses = new AtomicInteger();

    private void evaluate(int numbers) throws IOException {
        Schema schema = Schemas.parseSingle((ObjectNode) JSON.readTree(SCHEMA));
        ObjectNode object = JSON.createObjectNode();
        for (int i = 0; i < numbers; i++) {
            object.withArray("/numbers").add(i);
        }
        FieldErrors errors = new FieldErrors();
        new RuleEvaluation(errors, pauses::incrementAndGet)
                .run(RuleTree.of(schema, true).orElseThrow(), null, object, null, true);
        assertThat(errors.list()).isEmpty();
    }

    @Test
    void rulesThatCostLittlePauseNowhere() throws IOException {
        evaluate(3);
        assertThat(pauses).hasValue(0);
    }

    @Test
    void rulesThatCostMuchLetOthersRun() throws IOException {
        evaluate(20_000);
        assertThat(pauses).hasValueGreaterThan(0);
    }
}
