package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fuzz")
class RequestTargetLawsTest {
    private static final List<String> PARTS = List.of(
            "api",
            "apis",
            "v1",
            "apps",
            "namespaces",
            "default",
            "pods",
            "x",
            "status",
            "watch",
            "proxy",
            "",
            "..",
            "%2F",
            "%",
            "%zz",
            "%ff",
            "finalize",
            "scale");

    @Test
    void anyTargetHasAMeaning() {
        Fuzz.check(1500, source -> {
            String target = source.note("target", target(source));
            String method = source.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND");
            ApiRequest request = ApiRequest.of(method, target, new Headers(), Peer.local());
            RequestInfo info = RequestInfo.of(request);
            assertThat(info.path()).isEqualTo(request.path());
            assertThat(info.resourceRequest()).isEqualTo(!info.parts().isEmpty());
            assertThat(info.streams()).isIn(true, false);
            request.query().flag("watch");
        });
    }

    private static String target(Source source) {
        String path = source.onceIn(8)
                ? source.text()
                : "/" + String.join("/", source.list(0, 9, s -> s.onceIn(10) ? s.text() : s.of(PARTS)));
        return path + source.of("", "?", "?watch", "?watch=0&watch=1", "?&&=&%", "?a=%zz", "?" + source.text());
    }

    @Test
    void whatIsEncodedIsDecoded() {
        Fuzz.check(500, source -> {
            String text = new String(
                    source.note("text", source.text()).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
            assertThat(PathDecoder.decode(encoded.replace("+", "%20"))).isEqualTo(text);
            assertThat(QueryParameters.parse("a=" + encoded + "&b=1").get("a")).isEqualTo(text);
        });
    }
}
