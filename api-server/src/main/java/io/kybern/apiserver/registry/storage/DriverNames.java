package io.kybern.apiserver.registry.storage;

import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.Locale;

/** Names of CSI drivers. */
final class DriverNames {
    private static final int MAX = 63;

    private DriverNames() {}

    static void validate(String name, FieldPath path, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(path, "");
            return;
        }
        if (Names.bytes(name) > MAX) {
            errors.tooLong(path, MAX);
        }
        String lower = name.toLowerCase(Locale.ROOT);
        errors.invalidEach(path, name, Names.dnsSubdomain(lower));
    }
}
