package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;

/** What a request says of the object that it means: its namespace, uid and revision. */
final class WritePreconditions {
    private static final FieldPath REVISION = FieldPath.of("metadata", "resourceVersion");

    /** What a rehearsal, which never comes as far as the store, leaves out of its message. */
    private static final String ROOT = "/registry";

    private WritePreconditions() {}

    /** Puts the object in the namespace of the request; refuses if it says another one. */
    static void matchNamespace(Call call, ObjectNode metadata) {
        String sent = metadata.path("namespace").asText("");
        String namespace = call.namespace();
        if (!call.resource().definition().namespaced()) {
            metadata.remove("namespace");
        } else if (sent.isEmpty()) {
            metadata.put("namespace", namespace);
        } else if (!sent.equals(namespace)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    /** Refuses to store a new object that comes with a revision. */
    static void checkUnversioned(JsonNode metadata) {
        String sent = metadata.path("resourceVersion").asText("");
        if (isRevision(sent)) {
            throw ApiException.of(Reason.UNKNOWN, "resourceVersion should not be set on objects to be created");
        }
    }

    /** What is no number counts as nothing. */
    private static boolean isRevision(String text) {
        if (text.isEmpty()) {
            return false;
        }
        try {
            return Long.parseUnsignedLong(text) != 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    static void checkUid(Call call, JsonNode metadata, JsonNode existing, boolean dryRun) {
        Resource resource = call.resource();
        String sent = metadata.path("uid").asText("");
        String actual = existing.path("metadata").path("uid").asText("");
        if (!sent.isEmpty() && !sent.equals(actual)) {
            String path = resource.storagePath(call.namespace(), call.name());
            String key = dryRun ? path.substring(ROOT.length()) : path;
            throw ApiException.conflict(
                    resource.groupResource(),
                    call.name(),
                    "StorageError: invalid object, Code: 4, Key: " + key
                            + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
                            + sent + ", UID in object meta: " + actual);
        }
    }

    /** Whether the request names the revision that it changes; refuses if it is another one. */
    static boolean checkRevision(Call call, ObjectNode metadata, StoredObject stored) {
        Resource resource = call.resource();
        String sent = metadata.path("resourceVersion").asText("");
        String actual = stored.revision().toString();
        if (sent.isEmpty()) {
            if (!resource.strategy().allowsUnconditionalUpdate()) {
                FieldErrors errors = new FieldErrors();
                errors.invalid(REVISION, 0, "must be specified for an update");
                throw ApiException.invalid( // the one complaint that names the resource where others name the kind
                        resource.groupResource().group(),
                        resource.groupResource().resource(),
                        metadata.path("name").asText(""),
                        errors.list());
            }
            metadata.put("resourceVersion", actual);
            return false;
        }
        if (!sent.equals(actual)) {
            throw ApiException.modified(resource.groupResource(), call.name());
        }
        return true;
    }
}
