package io.kybern.crd.cel.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.program.Program;
import io.kybern.crd.cel.syntax.SyntaxException;
import io.kybern.crd.cel.type.CelType;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PatchValuesTest {
    private static final Environment ENVIRONMENT =
            new Environment(Map.of("name", CelType.STRING), new PatchTypes(), Set.of(Environment.Extra.PATCHES));

    private static Object value(String expression) throws Exception {
        return Program.of(Program.check(expression, ENVIRONMENT), ENVIRONMENT)
                .evaluate(Map.of("name", "a/b~c"))
                .value();
    }

    @Test
    void objectsBecomeJson() throws Exception {
        Object value =
                value("Object{spec: Object.spec{replicas: 2, ?none: optional.none(), list: [Object.spec.list{x: true}],"
                        + " map: {\"k\": 1.5}}}");
        assertThat(PatchValues.applied(value).toString())
                .isEqualTo("{\"spec\":{\"replicas\":2,\"list\":[{\"x\":true}],\"map\":{\"k\":1.5}}}");
    }

    @Test
    void typesAreNamedAfterThePathOfTheirField() throws Exception {
        Object value = value("Object{spec: Object.other{}}");
        assertThatThrownBy(() -> PatchValues.applied(value))
                .hasMessage("type mismatch: unexpected type name \"Object.other\", expected \"Object.spec\", "
                        + "which matches field name path from root Object type");
    }

    @Test
    void operationsBecomeAPatch() throws Exception {
        Object value = value("[JSONPatch{op: \"move\", from: \"/a\", path: \"/m/\" + jsonpatch.escapeKey(name)},"
                + " JSONPatch{op: \"add\", path: \"/t\", value: timestamp(\"2020-01-01T00:00:00Z\")},"
                + " JSONPatch{op: \"add\", path: \"/n\", value: null},"
                + " JSONPatch{op: \"add\", path: \"/i\", value: 9007199254740993}]");
        assertThat(PatchValues.operations(value).toString())
                .isEqualTo("[{\"op\":\"move\",\"path\":\"/m/a~1b~0c\",\"from\":\"/a\"},"
                        + "{\"op\":\"add\",\"path\":\"/t\",\"value\":\"2020-01-01T00:00:00Z\"},"
                        + "{\"op\":\"add\",\"path\":\"/n\",\"value\":null},"
                        + "{\"op\":\"add\",\"path\":\"/i\",\"value\":\"9007199254740993\"}]");
    }

    @Test
    void fieldsOfOperationsHaveTypes() {
        assertThatThrownBy(() -> value("JSONPatch{op: 1}"))
                .isInstanceOf(SyntaxException.class)
                .hasMessageContaining("expected type of field 'op' is 'string' but provided type is 'int'");
        assertThatThrownBy(() -> value("JSONPatch{foo: 1}"))
                .isInstanceOf(SyntaxException.class)
                .hasMessageContaining("expected type of field 'foo' is '' but provided type is 'int'");
    }

    @Test
    void othersKnowNeitherTheTypesNorTheFunction() {
        Environment plain = new Environment(Map.of(), io.kybern.crd.cel.check.StructTypes.NONE);
        assertThatThrownBy(() -> Program.check("Object{}", plain))
                .hasMessageContaining("undeclared reference to 'Object'");
        assertThatThrownBy(() -> Program.check("jsonpatch.escapeKey(\"a\")", plain))
                .hasMessageContaining("undeclared reference to 'jsonpatch'");
    }
}
