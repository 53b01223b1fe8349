package io.kybern.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class V2SchemaTest {
    private static String published(String v3) throws JsonProcessingException {
        return V2Schema.of((ObjectNode) new ObjectMapper().readTree(v3.replace('\'', '"')))
                .toString()
                .replace('"', '\'');
    }

    @Test
    void ofAKindWithAnythingInItOnlyThatItIsAnObjectIsSaid() throws JsonProcessingException {
        assertThat(
                        published(
                                "{'type':'object','description':'d','x-kubernetes-preserve-unknown-fields':true,"
                                        + "'properties':{'spec':{'type':'object'}},'x-kubernetes-group-version-kind':[{'kind':'Foo'}]}"))
                .isEqualTo("{'type':'object','x-kubernetes-group-version-kind':[{'kind':'Foo'}]}");
    }

    @Test
    void aFieldWithAnythingInItKeepsItsExtension() throws JsonProcessingException {
        assertThat(published("{'type':'object','properties':{'spec':{'type':'object','description':'s',"
                        + "'x-kubernetes-preserve-unknown-fields':true}}}"))
                .isEqualTo(
                        "{'type':'object','properties':{'spec':{'description':'s','x-kubernetes-preserve-unknown-fields':true}}}");
    }
}
