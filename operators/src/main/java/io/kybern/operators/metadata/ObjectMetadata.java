package io.kybern.operators.metadata;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of an object's metadata that ownership needs. Read from JSON in one pass that skips the rest: most of an
 * object's metadata are managed fields, and there are many objects.
 */
public record ObjectMetadata(
        String namespace,
        String name,
        String uid,
        String resourceVersion,
        boolean deleting,
        List<String> finalizers,
        List<Owner> owners) {
    public static final String ORPHAN = "orphan";
    public static final String FOREGROUND = "foregroundDeletion";

    public ObjectMetadata {
        finalizers = List.copyOf(finalizers);
        owners = List.copyOf(owners);
    }

    /**
     * An entry of {@code ownerReferences}.
     *
     * @param blocks whether the owner's foreground deletion waits for this object
     */
    public record Owner(String apiVersion, String kind, String name, String uid, boolean controller, boolean blocks) {}

    /** Reads an object: {@code parser} is at its {@code {}. Leaves it at the closing brace. */
    static ObjectMetadata read(JsonParser parser) throws IOException {
        var metadata = new ObjectMetadata("", "", "", "", false, List.of(), List.of());
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("metadata")) {
                metadata = readMetadata(parser);
            } else {
                parser.skipChildren();
            }
        }
        return metadata;
    }

    private static ObjectMetadata readMetadata(JsonParser parser) throws IOException {
        String namespace = "";
        String name = "";
        String uid = "";
        String resourceVersion = "";
        boolean deleting = false;
        List<String> finalizers = List.of();
        List<Owner> owners = List.of();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "namespace" -> namespace = parser.getText().intern();
                case "name" -> name = parser.getText();
                case "uid" -> uid = parser.getText();
                case "resourceVersion" -> resourceVersion = parser.getText();
                case "deletionTimestamp" -> deleting = parser.currentToken() == JsonToken.VALUE_STRING;
                case "finalizers" -> finalizers = readStrings(parser);
                case "ownerReferences" -> owners = readOwners(parser);
                default -> parser.skipChildren();
            }
        }
        return new ObjectMetadata(namespace, name, uid, resourceVersion, deleting, finalizers, owners);
    }

    private static List<String> readStrings(JsonParser parser) throws IOException {
        List<String> strings = new ArrayList<>(1);
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                strings.add(parser.getText().intern());
            }
        }
        return strings;
    }

    private static List<Owner> readOwners(JsonParser parser) throws IOException {
        List<Owner> owners = new ArrayList<>(1);
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                owners.add(readOwner(parser));
            }
        }
        return owners;
    }

    private static Owner readOwner(JsonParser parser) throws IOException {
        String apiVersion = "";
        String kind = "";
        String name = "";
        String uid = "";
        boolean controller = false;
        boolean blocks = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "apiVersion" -> apiVersion = parser.getText().intern();
                case "kind" -> kind = parser.getText().intern();
                case "name" -> name = parser.getText();
                case "uid" -> uid = parser.getText();
                case "controller" -> controller = parser.currentToken() == JsonToken.VALUE_TRUE;
                case "blockOwnerDeletion" -> blocks = parser.currentToken() == JsonToken.VALUE_TRUE;
                default -> parser.skipChildren();
            }
        }
        return new Owner(apiVersion, kind, name, uid, controller, blocks);
    }
}
