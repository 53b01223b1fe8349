package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRulesTest {
    private static List<String> errors(String property) throws JsonProcessingException {
        FieldErrors errors = new FieldErrors();
        String schema =
                "{\"type\":\"object\",\"properties\":{\"" + property + "\":{\"type\":\"string\",\"default\":\"x\"}}}";
        SchemaRules.validate(new ObjectMapper().readTree(schema), FieldPath.of("spec"), false, false, errors);
        return errors.list().stream().map(FieldError::toString).toList();
    }

    /** Names that are parts of those of metadata, too. */
    @ParameterizedTest
    @CsvSource({"a", "data", "api"})
    void propertiesMayHaveDefaults(String property) throws JsonProcessingException {
        assertThat(errors(property)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"kind", "apiVersion"})
    void whatEveryObjectHasMayNot(String property) throws JsonProcessingException {
        assertThat(errors(property))
                .contains("spec.openAPIV3Schema.properties[" + property
                        + "].default: Forbidden: must not be set in top-level " + property);
    }
}
