package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * What a schema may say that some rule asks for. A node of a schema says two or three of them, and dozens of questions are asked of each:
 * they are answered by a set of bits that is made once.
 */
enum Keyword {
    TYPE("type"),
    FORMAT("format"),
    PATTERN("pattern"),
    NULLABLE("nullable"),
    DEFAULT("default"),
    TITLE("title"),
    DESCRIPTION("description"),
    UNIQUE_ITEMS("uniqueItems"),
    ITEMS("items"),
    PROPERTIES("properties"),
    ADDITIONAL_PROPERTIES("additionalProperties"),
    NOT("not"),
    ALL_OF("allOf"),
    ONE_OF("oneOf"),
    ANY_OF("anyOf"),
    PRESERVE_UNKNOWN_FIELDS("x-kubernetes-preserve-unknown-fields"),
    EMBEDDED_RESOURCE("x-kubernetes-embedded-resource"),
    INT_OR_STRING("x-kubernetes-int-or-string"),
    LIST_TYPE("x-kubernetes-list-type"),
    LIST_MAP_KEYS("x-kubernetes-list-map-keys"),
    MAP_TYPE("x-kubernetes-map-type"),
    VALIDATIONS("x-kubernetes-validations"),
    ID("id"),
    ADDITIONAL_ITEMS("additionalItems"),
    PATTERN_PROPERTIES("patternProperties"),
    DEFINITIONS("definitions"),
    DEPENDENCIES("dependencies"),
    REFERENCE("$ref");

    private static final Map<String, Integer> BITS = new HashMap<>();

    static {
        for (Keyword keyword : values()) {
            BITS.put(keyword.name, keyword.bit());
        }
    }

    private final String name;

    Keyword(String name) {
        this.name = name;
    }

    /** As it stands in a schema. */
    String text() {
        return name;
    }

    private int bit() {
        return 1 << ordinal();
    }

    boolean isIn(int set) {
        return (set & bit()) != 0;
    }

    static int set(Keyword... keywords) {
        int set = 0;
        for (Keyword keyword : keywords) {
            set |= keyword.bit();
        }
        return set;
    }

    /** Those that a schema says. */
    static int saidBy(JsonNode schema) {
        int set = 0;
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            set |= BITS.getOrDefault(member.getKey(), 0);
        }
        return set;
    }
}
