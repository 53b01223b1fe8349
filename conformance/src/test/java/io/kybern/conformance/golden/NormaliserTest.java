package io.kybern.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class NormaliserTest {
    private static final int PORT = 6443;
    private static final String UID = "0a1b2c3d-0000-4000-8000-00000000000";

    private final Normaliser normaliser = new Normaliser(
            "gbcdfg-topic",
            json("{'sent': '2026-05-01T00:00:00Z 10.0.0.7 30080'}"),
            PORT,
            InstantSource.fixed(Instant.parse("2026-06-01T00:00:00Z")));

    @Test
    void namesAUidByItsObjectEverywhereAndCountsItsGenerations() {
        see("{'kind': 'Pod', 'metadata': {'name': 'a', 'uid': '" + UID + "1'}}");
        see("{'kind': 'Pod', 'metadata': {'name': 'a', 'uid': '" + UID + "2'}}");

        assertThat(normaliser
                        .text("had " + UID + "1, has " + UID + "2, not " + UID + "3")
                        .asText())
                .isEqualTo("had <uid:Pod/a>, has <uid:Pod/a#2>, not <uuid>");
    }

    @Test
    void doesNotCountWhatADryRunShowed() {
        normaliser.collect(json("{'kind': 'Pod', 'metadata': {'name': 'a', 'uid': '" + UID + "1'}}"), true);
        see("{'kind': 'Pod', 'metadata': {'name': 'a', 'uid': '" + UID + "2'}}");

        assertThat(normaliser.text(UID + "1 " + UID + "2").asText()).isEqualTo("<uid:dry run> <uid:Pod/a>");
    }

    @Test
    void comparesRevisionsWithThoseSeenOfTheSameObject() {
        assertThat(revision("8")).isEqualTo("<rv:new>");
        assertThat(revision("8")).isEqualTo("<rv:same>");
        assertThat(revision("10")).isEqualTo("<rv:new>");
        assertThat(revision("8")).isEqualTo("<rv:earlier>");
        assertThat(revision("9")).isEqualTo("<rv:unseen-older>");
    }

    @Test
    void wantsAListNoOlderThanItsItems() {
        String list = "{'metadata': {'resourceVersion': '%s'}, 'items': [{'metadata': {'resourceVersion': '10'}}]}";

        assertThat(listRevision(list.formatted("10"))).isEqualTo("<rv:list>");
        assertThat(listRevision(list.formatted("9"))).isEqualTo("<rv:list-older-than-items>");
    }

    @Test
    void replacesWhatBelongsToThisRunAndKeepsWhatWasSent() {
        assertThat(normaliser
                        .text("2026-05-31T23:59:59Z 2026-05-31T23:59:59.123456Z")
                        .asText())
                .isEqualTo("<time> <time.6>");
        assertThat(normaliser.text("2026-05-01T00:00:00Z 2020-01-01T00:00:00Z").asText())
                .isEqualTo("2026-05-01T00:00:00Z 2020-01-01T00:00:00Z");
        assertThat(normaliser
                        .text("10.0.0.7 10.0.0.8 80:30080/TCP 80:30081/TCP")
                        .asText())
                .isEqualTo("10.0.0.7 <ip> 80:30080/TCP 80:<nodeport>/TCP");
        assertThat(normaliser.text("127.0.0.1:6443 in gbcdfg-topic-b").asText()).isEqualTo("<server> in <ns>-b");
    }

    @Test
    void opensTokens() {
        String token =
                encode("{'alg': 'RS256', 'kid': 'k'}") + "." + encode("{'iat': 5, 'exp': 65, 'sub': 's'}") + ".xyz";

        assertThat(Json.text(normaliser.text(token)))
                .isEqualTo(Json.text(json("{'<jwt>': {'header': {'alg': 'RS256', 'kid': '<kid>'},"
                        + " 'claims': {'iat': '<iat>', 'exp': '<exp>', 'sub': 's', 'exp-iat': 60}}}")));
    }

    @Test
    void sortsManagersAndHidesAges() {
        JsonNode managed = normaliser.value(json("{'managedFields': [{'manager': 'b'}, {'manager': 'a'}]}"));
        JsonNode table =
                normaliser.value(json("{'kind': 'Table', 'columnDefinitions': [{'name': 'Name'}, {'name': 'Age'}],"
                        + " 'rows': [{'cells': ['5m', '5m']}]}"));

        assertThat(managed.findValuesAsText("manager")).containsExactly("a", "b");
        assertThat(table.path("rows").path(0).path("cells")).isEqualTo(json("['5m', '<age>']"));
    }

    private void see(String object) {
        normaliser.collect(json(object), false);
    }

    private String revision(String version) {
        String object = "{'metadata': {'uid': '%s1', 'resourceVersion': '%s'}}".formatted(UID, version);
        return listRevision(object);
    }

    private String listRevision(String object) {
        return normaliser
                .value(json(object))
                .path("metadata")
                .path("resourceVersion")
                .asText();
    }

    private static String encode(String json) {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"')).orElseThrow();
    }
}
