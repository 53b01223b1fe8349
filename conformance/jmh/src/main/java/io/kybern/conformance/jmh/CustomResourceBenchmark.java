package io.kybern.conformance.jmh;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.conformance.bench.scenario.CustomData;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.definition.CustomDefinition;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.schema.Pruning;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import io.kybern.crd.schema.Validation;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one custom resource of scenario {@code custom}, valid, costs in each of the steps that its schema asks for. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UseCompactObjectHeaders"})
public class CustomResourceBenchmark {
    private final JsonMapper json = new JsonMapper();
    private final CelRules rules = new CelRules();
    private ObjectNode object = JsonNodeFactory.instance.objectNode();
    private Schema schema = Schema.ANY;
    private Strategy strategy = Strategy.PLAIN;

    @Setup
    public void prepare() throws IOException {
        ObjectNode definition = (ObjectNode) json.readTree(CustomData.DEFINITION);
        CustomDefinition custom = CustomDefinition.of(definition, rules);
        strategy = custom.resource().strategy();
        schema = Schemas.parseSingle((ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema"));
        object = (ObjectNode) json.readTree(CustomData.object(1));
        strategy.applyDefaults(object);
        if (!everything().isEmpty()) {
            throw new IllegalStateException("the object is meant to be valid");
        }
    }

    /** Types, bounds, patterns, required fields. */
    @Benchmark
    public FieldErrors schema() {
        FieldErrors errors = new FieldErrors();
        Validation.validate(object, schema, "", errors);
        return errors;
    }

    /** Five rules in CEL, compiled before. */
    @Benchmark
    public FieldErrors rules() {
        FieldErrors errors = new FieldErrors();
        rules.validate(object, Optional.empty(), schema, errors);
        return errors;
    }

    /** Looking for unknown fields. */
    @Benchmark
    public int pruning() {
        return Pruning.pruneCustom(object, schema).size();
    }

    /** All that must hold of a new object: schema, lists, embedded objects, rules. */
    @Benchmark
    public FieldErrors everything() {
        FieldErrors errors = new FieldErrors();
        strategy.validate(object, errors);
        return errors;
    }
}
