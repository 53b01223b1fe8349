package io.kybern.operators.controller.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.kybern.operators.controller.SafeName;
import java.nio.charset.StandardCharsets;

/**
 * What a revision keeps: the strategic merge patch that brings a pod template back.
 *
 * <pre>
 * {"spec":{"template":{"$patch":"replace","metadata":{...},"spec":{...}}}}
 * </pre>
 *
 * @param json as the original writes it, to the byte
 */
public record TemplatePatch(String json) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    public static TemplatePatch of(PodTemplateSpec template) {
        ObjectNode root = MAPPER.createObjectNode();
        ObjectNode patch = MAPPER.valueToTree(template);
        root.putObject("spec").set("template", patch.put("$patch", "replace"));
        return new TemplatePatch(GoJson.write(root));
    }

    public static TemplatePatch of(ControllerRevision revision) {
        return new TemplatePatch(GoJson.write(tree(revision)));
    }

    private static JsonNode tree(ControllerRevision revision) {
        return MAPPER.valueToTree(revision.getData());
    }

    /** The template that {@code revision} keeps. */
    public static PodTemplateSpec template(ControllerRevision revision) {
        JsonNode template = tree(revision).path("spec").path("template").deepCopy();
        if (template instanceof ObjectNode object) {
            object.remove("$patch");
            return MAPPER.convertValue(object, PodTemplateSpec.class);
        }
        throw new IllegalStateException("revision " + revision.getMetadata().getName() + " keeps no pod template");
    }

    JsonNode data() {
        try {
            return MAPPER.readTree(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("written by us", e);
        }
    }

    /** 32-bit FNV-1 over the JSON and the count, as names of StatefulSets' revisions end. */
    public String hash(int collisions) {
        int hash = FNV_OFFSET;
        for (byte b : (json + collisions).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash * FNV_PRIME) ^ (b & 0xff);
        }
        return SafeName.of(Integer.toUnsignedString(hash));
    }
}
