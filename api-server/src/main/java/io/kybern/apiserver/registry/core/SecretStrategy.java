package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Secrets: {@code stringData} becomes {@code data}, and each well-known type has keys that must be there. */
public final class SecretStrategy implements Strategy {
    /** {@code MaxSecretSize} of the core API. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final FieldPath DATA = FieldPath.of("data");
    private static final String REDACTED = "<secret contents redacted>";
    private static final String SERVICE_ACCOUNT_NAME = "kubernetes.io/service-account.name";

    @Override
    public void applyDefaults(ObjectNode object) {
        JsonNode strings = object.remove("stringData");
        if (strings != null) {
            ObjectNode data = Trees.object(object, "data");
            strings.properties()
                    .forEach(e -> data.put(
                            e.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(e.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
        Trees.defaultText(object, "type", "Opaque");
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Trees.defaultText(updated, "type", Trees.text(existing, "type"));
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode data = object.path("data");
        long size = 0;
        for (var entry : data.properties()) {
            errors.invalidEach(DATA.key(entry.getKey()), entry.getKey(), Names.configKey(entry.getKey()));
            size += Base64Size.of(entry.getValue().asText());
        }
        if (size > MAX_BYTES) {
            errors.tooLong(DATA, MAX_BYTES);
        }
        switch (Trees.text(object, "type")) {
            case "kubernetes.io/service-account-token" -> {
                if (Trees.text(object.path("metadata").path("annotations"), SERVICE_ACCOUNT_NAME)
                        .isEmpty()) {
                    errors.required(FieldPath.of("metadata", "annotations").key(SERVICE_ACCOUNT_NAME), "");
                }
            }
            case "kubernetes.io/dockercfg" -> jsonObject(data, ".dockercfg", errors);
            case "kubernetes.io/dockerconfigjson" -> jsonObject(data, ".dockerconfigjson", errors);
            case "kubernetes.io/basic-auth" -> {
                if (!data.has("username") && !data.has("password")) {
                    requireKey(data, "username", errors);
                    requireKey(data, "password", errors);
                }
            }
            case "kubernetes.io/ssh-auth" -> {
                if (Trees.text(data, "ssh-privatekey").isEmpty()) {
                    errors.required(DATA.key("ssh-privatekey"), "");
                }
            }
            case "kubernetes.io/tls" -> {
                requireKey(data, "tls.crt", errors);
                requireKey(data, "tls.key", errors);
            }
            default -> {}
        }
    }

    private static void requireKey(JsonNode data, String key, FieldErrors errors) {
        if (!data.has(key)) {
            errors.required(DATA.key(key), "");
        }
    }

    private static void jsonObject(JsonNode data, String key, FieldErrors errors) {
        requireKey(data, key, errors);
        if (data.has(key)) {
            GoJsonSyntax.complaintAboutObject(bytes(data, key))
                    .ifPresent(complaint -> errors.invalid(DATA.key(key), REDACTED, complaint));
        }
    }

    private static byte[] bytes(JsonNode data, String key) {
        return Base64.getDecoder().decode(Trees.text(data, key));
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (!Trees.text(updated, "type").equals(Trees.text(existing, "type"))) {
            errors.invalid(FieldPath.of("type"), updated.path("type"), "field is immutable");
        }
        Immutable.keep(updated, existing, List.of("data"), errors);
        validate(updated, errors);
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        if (!Trees.text(object, "type").equals("kubernetes.io/tls")) {
            return List.of();
        }
        JsonNode data = object.path("data");
        return KeyPair.complaint(bytes(data, "tls.crt"), bytes(data, "tls.key")).stream()
                .toList();
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode object) {
        return Map.of("type", Trees.text(object, "type"));
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("type");
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("Type", 0, o -> Trees.text(o, "type")),
                Columns.integer("Data", "string", o -> o.path("data").size()),
                Columns.AGE);
    }
}
