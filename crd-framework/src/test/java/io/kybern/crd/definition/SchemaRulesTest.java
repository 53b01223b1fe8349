package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.golden.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRulesTest {
    private static FieldErrors check(String schema) {
        FieldErrors errors = new FieldErrors();
        SchemaRules.validate(Golden.json(schema.replace('\'', '"')), FieldPath.of("spec"), false, false, errors);
        return errors;
    }

    /** The paths of the complaints, below the schema. */
    private static List<String> paths(String schema) {
        return check(schema).list().stream()
                .map(FieldError::field)
                .map(path -> path.substring("spec.openAPIV3Schema".length()))
                .toList();
    }

    private static List<String> ofProperty(String property) {
        return check("{'type':'object','properties':{'" + property + "':{'type':'string','default':'x'}}}")
                .list()
                .stream()
                .map(FieldError::toString)
                .toList();
    }

    /** Names that are parts of those of metadata, too. */
    @ParameterizedTest
    @CsvSource({"a", "data", "api"})
    void propertiesMayHaveDefaults(String property) {
        assertThat(ofProperty(property)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"kind", "apiVersion"})
    void whatEveryObjectHasMayNot(String property) {
        assertThat(ofProperty(property))
                .contains("spec.openAPIV3Schema.properties[" + property
                        + "].default: Forbidden: must not be set in top-level " + property);
    }

    @Test
    void whatIsNotStructuralIsToldFirstAndSorted() {
        assertThat(paths("{'type':'object','properties':{'z':{'type':'array'},'l':{'type':'null'},'a':{},"
                        + "'u':{'type':'array','uniqueItems':true}}}"))
                .containsExactly(
                        ".properties[a].type",
                        ".properties[u].items",
                        ".properties[z].items",
                        ".properties[l].type",
                        ".properties[l].type",
                        ".properties[u].uniqueItems");
    }

    @Test
    void defaultsAreToldOfBeforeSingleNodes() {
        assertThat(paths("{'type':'object','properties':{'a':{'type':'string','uniqueItems':true},"
                        + "'b':{'type':'array','properties':{'p':{'type':'string','default':1},'q':{'type':'string','default':2}},"
                        + "'items':{'type':'string','default':3}},'c':{'type':'string','default':4}}}"))
                .containsExactly(
                        ".properties[b].items.default",
                        ".properties[b].properties[p].default",
                        ".properties[b].properties[q].default",
                        ".properties[c].default",
                        ".properties[a].uniqueItems");
    }

    @Test
    void whatIsBelowIsToldBetweenWhatANodeSaysOfItselfAndOfItsItems() {
        assertThat(
                        paths(
                                "{'type':'object','properties':{'l':{'type':'array','uniqueItems':true,'x-kubernetes-list-type':'no',"
                                        + "'x-kubernetes-validations':[{'rule':' '}],'items':{'type':'string','uniqueItems':true}}}}"))
                .containsExactly(
                        ".properties[l].uniqueItems",
                        ".properties[l].items.uniqueItems",
                        ".properties[l].x-kubernetes-list-type",
                        ".properties[l].x-kubernetes-validations[0].rule");
    }

    @Test
    void nothingIsSaidOfTheStructureWhereNoneCanBeMade() {
        assertThat(paths("{'type':'object','properties':{'a':{},'b':{'type':'object','not':{'$ref':'x'}}}}"))
                .containsExactly(".properties[b].not.$ref");
    }

    @Test
    void rulesAreCompiledWhereNothingElseIsWrongBelow() {
        String rule = "'x-kubernetes-validations':[{'rule':'nope'}]";
        assertThat(paths("{'type':'object'," + rule + ",'properties':{'good':{'type':'object'," + rule
                        + "},'bad':{'type':'string','uniqueItems':true," + rule + "}}}"))
                .containsExactly(".properties[bad].uniqueItems", ".properties[good].x-kubernetes-validations[0].rule");
    }

    /** Restrictions name no types, but for those of one that is an integer or a string. */
    @Test
    void onlyIntegersOrStringsHaveTypesInAlternatives() {
        String both = "'anyOf':[{'type':'integer'},{'type':'string'}]";
        String intOrString = "{'x-kubernetes-int-or-string':true,";
        assertThat(paths("{'type':'object','properties':{'a':" + intOrString + both + "},'b':" + intOrString
                        + "'allOf':[{" + both + "}]},'c':" + intOrString + "'allOf':[{'maxLength':1},{" + both
                        + "}]}}}"))
                .containsExactly(".properties[c].allOf[1].anyOf[0].type", ".properties[c].allOf[1].anyOf[1].type");
    }

    @Test
    void warnsOfEachUnknownFormatOnce() {
        FieldErrors errors = check("{'type':'object','properties':{'a':{'type':'string','format':'odd'},"
                + "'b':{'type':'array','items':{'type':'string','format':'odd'}},'c':{'type':'integer','format':'date'},"
                + "'d':{'type':'string','format':'date','anyOf':[{'format':'restricted'}]}}}");
        assertThat(errors.list()).isEmpty();
        assertThat(errors.warnings()).containsExactly("unrecognized format \"odd\"", "unrecognized format \"date\"");
    }
}
