package io.kybern.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.wire.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a patch leaves alone isn't decoded again, so nothing that it touches may be missed. */
class PatchedMembersTest {
    private static java.util.Optional<Set<String>> members(String type, String patch) throws IOException {
        return PatchedMembers.of(type, JsonTree.parse(patch.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void mergePatchesTouchWhatTheyName() throws IOException {
        String patch = "{'metadata':{'labels':{'a':null}},'status':null}";
        assertThat(members(PatchChange.MERGE, patch)).contains(Set.of("metadata", "status"));
        assertThat(members(PatchChange.STRATEGIC, patch)).contains(Set.of("metadata", "status"));
    }

    @Test
    void jsonPatchesTouchWhatTheyReadToo() throws IOException {
        assertThat(members(
                        PatchChange.JSON,
                        "[{'op':'copy','from':'/metadata/labels','path':'/spec/template/metadata/labels'},"
                                + "{'op':'test','path':'/status','value':{}}]"))
                .contains(Set.of("metadata", "spec", "status"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "application/strategic-merge-patch+json; {'$patch':'replace','spec':{}}",
                "application/strategic-merge-patch+json; {'$retainKeys':['spec'],'spec':{}}",
                "application/merge-patch+json; []",
                "application/json-patch+json; [{'op':'replace','path':'','value':{}}]",
                "application/json-patch+json; [{'op':'move','from':'','path':'/spec'}]",
                "application/json-patch+json; [{'op':'add','path':'/sp~0ec','value':1}]",
                "application/json-patch+json; [{'op':'add'}]"
            })
    void mayBeAbout(String type, String patch) throws IOException {
        assertThat(members(type, patch)).isEmpty();
    }
}
