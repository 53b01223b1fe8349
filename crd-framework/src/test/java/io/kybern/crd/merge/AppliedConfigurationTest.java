package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import org.junit.jupiter.api.Test;

class AppliedConfigurationTest {
    private static final Schema SCHEMA = Schemas.parseSingle(json("{'type':'object','properties':{"
            + "'labels':{'type':'object','additionalProperties':{'type':'string'}},"
            + "'selector':{'type':'object','x-kubernetes-map-type':'atomic','additionalProperties':{'type':'string'}},"
            + "'words':{'type':'array','items':{'type':'string'}},"
            + "'items':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['name'],"
            + "'items':{'type':'object','properties':{'name':{'type':'string'},'value':{'type':'string'}}}}}}"));

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String merged(String live, String applied) {
        return AppliedConfiguration.merge(json(live), json(applied), SCHEMA)
                .toString()
                .replace('"', '\'');
    }

    @Test
    void mapsAndKeyedListsMerge() {
        assertThat(merged(
                        "{'labels':{'a':'1'},'items':[{'name':'x','value':'1'}],'words':['w']}",
                        "{'labels':{'b':'2'},'items':[{'name':'x','value':'2'},{'name':'y'}]}"))
                .isEqualTo(
                        "{'labels':{'a':'1','b':'2'},'items':[{'name':'x','value':'2'},{'name':'y'}],'words':['w']}");
    }

    @Test
    void atomicPartsAreRefusedWhereverTheyAre() {
        assertThatThrownBy(() -> merged("{}", "{'selector':{'a':'b'},'words':['x']}"))
                .hasMessage(
                        "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .selector, .words");
    }

    @Test
    void whatTheSchemaHasNotIsRefused() {
        assertThatThrownBy(() -> merged("{}", "{'foo':1}"))
                .hasMessage("failed to convert patch object to typed object: .foo: field not declared in schema");
    }
}
