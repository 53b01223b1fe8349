package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.conversion.VersionConversion;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.storage.converted.ConversionException;
import io.kybern.apiserver.storage.converted.Converter;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.definition.CustomDefinition;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One version's sight of the objects of a custom kind: converted, then pruned by its schema. */
final class VersionView implements Converter {
    private final CustomDefinition custom;
    private final Version version;
    private final VersionConversion conversion;
    private final GroupVersionKind kind;
    private final CustomCodec codec;
    /** How an object of this version starts, as its members are sorted, unless its schema has a field before this. */
    private final byte[] head;

    VersionView(CustomDefinition custom, Version version, VersionConversion conversion) {
        this.custom = custom;
        this.version = version;
        this.conversion = conversion;
        this.kind = custom.resource().kind(version);
        this.codec = new CustomCodec(custom, version.name());
        this.head = ("{\"apiVersion\":\"" + kind.apiVersion() + "\",").getBytes(StandardCharsets.UTF_8);
    }

    /** The version of a kind that objects name so. */
    static Optional<Version> version(CustomDefinition custom, String apiVersion) {
        return custom.resource().versions().stream()
                .filter(v -> custom.resource().kind(v).apiVersion().equals(apiVersion))
                .findFirst();
    }

    @Override
    public boolean isCurrent(StoredObject object) {
        byte[] json = object.json();
        if (json.length > head.length && Arrays.equals(json, 0, head.length, head, 0, head.length)) {
            return true;
        }
        return !startsWithVersion(json)
                && JsonTree.parseStored(json).path("apiVersion").asText().equals(kind.apiVersion());
    }

    private static boolean startsWithVersion(byte[] json) {
        byte[] member = "{\"apiVersion\":".getBytes(StandardCharsets.ISO_8859_1);
        return json.length > member.length && Arrays.equals(json, 0, member.length, member, 0, member.length);
    }

    @Override
    public boolean blocks() {
        return conversion.blocks();
    }

    @Override
    public List<EncodedObject> convert(List<StoredObject> objects) {
        List<ObjectNode> trees = new ArrayList<>(objects.size());
        for (StoredObject object : objects) {
            ObjectNode tree = JsonTree.parseStored(object.json());
            String apiVersion = tree.path("apiVersion").asText();
            if (version(custom, apiVersion).isEmpty()) {
                throw new ConversionException("request to convert CR from an invalid group/version: " + apiVersion);
            }
            trees.add(tree);
        }
        List<EncodedObject> out = new ArrayList<>(objects.size());
        for (ObjectNode tree : conversion.convert(trees, kind.apiVersion())) {
            custom.prune(tree, version.name());
            codec.complete(tree);
            out.add(codec.encode(tree, custom.selectableFields(tree)));
        }
        return out;
    }
}
