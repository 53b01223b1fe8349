package io.kybern.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.error.ApiException;
import io.kybern.fuzz.Documents;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fuzz")
class ContinueTokenLawsTest {
    @Test
    void tokensSayWhereToGoOn() {
        Fuzz.check(300, source -> {
            long revision = source.note("revision", 1 + source.number() & Long.MAX_VALUE);
            String path = source.note("path", source.of("", "ns/") + "x" + source.textOf("ab.-09", 5));
            ContinueToken token = ContinueToken.after(Math.max(1, revision), path);
            assertThat(ContinueToken.decode(token.encode())).isEqualTo(token);
        });
    }

    @Test
    void anyTextIsATokenOrRefused() {
        Fuzz.check(1000, source -> {
            String text = source.note("token", text(source));
            try {
                ContinueToken token = ContinueToken.decode(text);
                token.from("", true);
                token.from("a", true);
                token.from("", false);
            } catch (ApiException e) {
                assertThat(e.code()).isEqualTo(400);
            }
        });
    }

    private static String text(Source source) {
        byte[] good = ContinueToken.after(5, "default/x").encode().getBytes(StandardCharsets.UTF_8);
        return switch (source.below(4)) {
            case 0 -> source.text();
            case 1 -> new String(source.mutated(good), StandardCharsets.UTF_8);
            case 2 ->
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(source.note(
                                        "json",
                                        Documents.object(source, List.of("v", "rv", "start", "meta.k8s.io/v1"), 2)
                                                .put("v", "meta.k8s.io/v1")
                                                .toString())
                                .getBytes(StandardCharsets.UTF_8));
            default ->
                Base64.getUrlEncoder()
                        .encodeToString(source.mutated(Base64.getUrlDecoder().decode(good)));
        };
    }
}
