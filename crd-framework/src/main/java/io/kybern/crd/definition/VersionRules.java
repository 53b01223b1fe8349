package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.HashSet;
import java.util.Set;

/** What must hold of the parts of one version of a custom kind, its schema apart. */
final class VersionRules {
    private static final Set<String> COLUMN_TYPES = Set.of("integer", "number", "string", "boolean", "date");
    private static final Set<String> COLUMN_FORMATS =
            Set.of("int32", "int64", "float", "double", "byte", "date", "date-time", "password");

    private final FieldErrors errors;

    VersionRules(FieldErrors errors) {
        this.errors = errors;
    }

    void deprecation(JsonNode version, FieldPath path) {
        JsonNode warning = version.path("deprecationWarning");
        if (!warning.isTextual()) {
            return;
        }
        String text = warning.textValue();
        if (!version.path("deprecated").asBoolean()) {
            errors.invalid(path, text, "can only be set for deprecated versions");
            return;
        }
        if (Names.bytes(text) > 256) {
            errors.invalid(path, text, "must be <= 256 characters long");
        }
        if (text.isEmpty()) {
            errors.invalid(path, text, "must not be an empty string");
        }
        int index = 0;
        for (int c : text.codePoints().toArray()) {
            if (Character.isISOControl(c)) {
                errors.invalid(
                        path,
                        text,
                        "must only contain printable UTF-8 characters; non-printable character found at index "
                                + index);
                break;
            }
            index += Names.bytes(Character.toString(c));
        }
    }

    void columns(JsonNode columns, FieldPath path) {
        for (int i = 0; i < columns.size(); i++) {
            JsonNode column = columns.get(i);
            FieldPath at = path.index(i);
            if (column.path("name").asText("").isEmpty()) {
                errors.required(at.child("name"), "");
            }
            String type = column.path("type").asText("");
            String types = "must be one of boolean,date,integer,number,string";
            if (type.isEmpty()) {
                errors.required(at.child("type"), types);
            } else if (!COLUMN_TYPES.contains(type)) {
                errors.invalid(at.child("type"), type, types);
            }
            String format = column.path("format").asText("");
            if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
                errors.invalid(
                        at.child("format"),
                        format,
                        "must be one of byte,date,date-time,double,float,int32,int64,password");
            }
            simplePath(column.path("jsonPath").asText(""), at.child("JSONPath"));
        }
    }

    private boolean simplePath(String path, FieldPath at) {
        if (path.isEmpty()) {
            errors.required(at, "");
        } else if (path.charAt(0) != '.') {
            errors.invalid(at, path, "must be a simple json path starting with .");
        } else {
            return true;
        }
        return false;
    }

    void subresources(JsonNode subresources, FieldPath path) {
        JsonNode scale = subresources.path("scale");
        if (!scale.isObject()) {
            return;
        }
        String spec = scale.path("specReplicasPath").asText("");
        FieldPath specPath = path.child("scale.specReplicasPath");
        if (simplePath(spec, specPath) && !spec.startsWith(".spec.")) {
            errors.invalid(specPath, spec, "should be a json path under .spec");
        }
        String status = scale.path("statusReplicasPath").asText("");
        FieldPath statusPath = path.child("scale.statusReplicasPath");
        if (simplePath(status, statusPath) && !status.startsWith(".status.")) {
            errors.invalid(statusPath, status, "should be a json path under .status");
        }
        String selector = scale.path("labelSelectorPath").asText("");
        FieldPath selectorPath = path.child("scale.labelSelectorPath");
        if (!selector.isEmpty()
                && simplePath(selector, selectorPath)
                && !selector.startsWith(".spec.")
                && !selector.startsWith(".status.")) {
            errors.invalid(selectorPath, selector, "should be a json path under either .spec or .status");
        }
    }

    void selectable(JsonNode fields, JsonNode schema, FieldPath path) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            String field = fields.get(i).path("jsonPath").asText("");
            FieldPath at = path.index(i).child("jsonPath");
            if (field.isEmpty()) {
                errors.required(at, "");
            } else if (field.contains("[")) {
                errors.invalid(at, field, "is an invalid path: array notation is not allowed");
            } else {
                selectableField(field, schema.path("openAPIV3Schema"), at);
                if (!seen.add(field)) {
                    errors.duplicate(at, field);
                }
            }
        }
        if (seen.size() > 8) {
            errors.tooMany(path, seen.size(), 8);
        }
    }

    /** Source of texts: {@code pkg/apiserver/schema/cel/model} and {@code fieldpath} of apimachinery. */
    private void selectableField(String field, JsonNode schema, FieldPath at) {
        if (!field.startsWith(".")) {
            errors.invalid(at, field, "is an invalid path: expected [ or . but got: " + field.split("\\.", 2)[0]);
            return;
        }
        if (field.endsWith(".")) {
            errors.invalid(at, field, "is an invalid path: unexpected end of JSON path");
            return;
        }
        JsonNode node = schema;
        for (String name : field.substring(1).split("\\.", -1)) {
            JsonNode values = node.path("additionalProperties");
            node = node.path("properties").has(name) ? node.path("properties").path(name) : values;
        }
        if (!node.isObject()) {
            errors.invalid(at, field, "is an invalid path: does not refer to a valid field");
            return;
        }
        if (field.startsWith(".metadata.")) {
            errors.invalid(at, field, "must not point to fields in metadata");
        }
        if (!Set.of("string", "boolean", "integer").contains(node.path("type").asText())) {
            errors.invalid(
                    at,
                    field,
                    "must point to a field of type string, boolean or integer. Enum string fields and strings with"
                            + " formats are allowed.");
        }
    }
}
