package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;

import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.type.CelType;
import java.util.List;

/** The function of patches: a key as a part of a JSON pointer (RFC 6901). Source: {@code apiserver/pkg/cel/library/jsonpatch.go}. */
final class JsonPatchKeys {
    static final String ESCAPE = "jsonpatch.escapeKey";

    private JsonPatchKeys() {}

    static List<Overload> overloads() {
        return List.of(global(ESCAPE, "string_jsonpatch_escapeKey_string", CelType.STRING, CelType.STRING)
                .maps(key -> ((String) key).replace("~", "~0").replace("/", "~1"))
                .costs(CallCosts.mapping()));
    }
}
