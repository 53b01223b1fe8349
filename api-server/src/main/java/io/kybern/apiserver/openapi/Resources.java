package io.kybern.apiserver.openapi;

import io.kybern.apiserver.http.EntityTag;
import io.kybern.apiserver.version.ServerVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The files that built-in documents are made of. */
final class Resources {
    /** Goes up when documents of the same files would read differently: clients keep a document for good under its tag. */
    private static final int MAKER = 2;

    private Resources() {}

    /** Differs when any document may differ. */
    static String tag() {
        String maker = ServerVersion.GIT_VERSION + " " + MAKER;
        return EntityTag.of(
                maker.getBytes(StandardCharsets.UTF_8),
                read("operations.jsonl"),
                read("descriptions.json"),
                read("/io/kybern/apiserver/registry/schemas.json"));
    }

    private static byte[] read(String name) {
        try (InputStream in = Resources.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
