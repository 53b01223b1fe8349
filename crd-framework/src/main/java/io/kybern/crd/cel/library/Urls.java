package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;
import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.CelObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** URLs: {@code url('https://example.com:80/').getHost()}. */
final class Urls {
    private static final CelType TYPE = CelType.struct("kubernetes.URL");

    private Urls() {}

    private record Value(Url url) implements CelObject {
        @Override
        public CelType type() {
            return TYPE;
        }
    }

    static List<Overload> overloads() {
        CelType parameters = CelType.map(CelType.STRING, CelType.list(CelType.STRING));
        return List.of(
                global("url", "string_to_url", TYPE, CelType.STRING)
                        .maps(Urls::parse)
                        .costs(CallCosts.mapping()),
                global("isURL", "is_url_string", CelType.BOOL, CelType.STRING)
                        .maps(text -> parse(text) instanceof Value),
                part("getScheme", "url_get_scheme", Url::scheme),
                part("getHost", "url_get_host", Url::host),
                part("getHostname", "url_get_hostname", Url::hostname),
                part("getPort", "url_get_port", Url::port),
                part("getEscapedPath", "url_get_escaped_path", Url::path),
                member("getQuery", "url_get_query", parameters, TYPE).maps(Urls::query));
    }

    private static Overload part(String function, String id, Function<Url, String> part) {
        return member(function, id, CelType.STRING, TYPE).maps(value -> part.apply(((Value) value).url()));
    }

    private static Object parse(Object text) {
        try {
            return new Value(Url.parse((String) text));
        } catch (IllegalArgumentException e) {
            return new CelError("URL parse error during conversion from string: " + e.getMessage());
        }
    }

    private static Object query(Object value) {
        Map<Object, Object> all = new LinkedHashMap<>();
        ((Value) value).url().parameters().forEach((name, values) -> all.put(name, CelList.of(values)));
        return CelMap.of(all);
    }
}
