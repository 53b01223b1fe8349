package io.kybern.apiserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.parser.ParserImpl;

/**
 * YAML 1.1 documents as JSON, by the rules of the library that the original reads them with: {@code yes} is a truth
 * value, {@code 0777} is octal, a repeated key is noted with its line, and what is malformed is said in its words.
 */
public final class Yaml {
    private Yaml() {}

    /**
     * The first document of a stream.
     *
     * @param tree with members in the order of their names; null for an empty document
     * @param duplicates {@code line 5: key "name" already set in map} for each key that is repeated
     */
    public record Document(JsonNode tree, List<String> duplicates) {
        private static final String TITLE = "yaml: unmarshal errors:";

        /** All of them in one, as strict decoding complains. */
        public String strictError() {
            return TITLE + "\n  " + String.join("\n  ", duplicates);
        }
    }

    /**
     * Reads the first document.
     *
     * @throws DecodeException for malformed YAML; the message begins with {@code yaml: }
     */
    public static Document parse(byte[] yaml) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(yaml))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DecodeException("yaml: invalid leading UTF-8 octet");
        }
        try {
            YamlComposer composer = new YamlComposer(new ParserImpl(new YamlText(text), limits()));
            JsonNode tree = composer.firstDocument().orElse(NullNode.getInstance());
            return new Document(tree, composer.duplicates());
        } catch (YAMLException e) {
            throw new DecodeException("yaml: " + YamlErrors.describe(e));
        }
    }

    private static LoaderOptions limits() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(3 << 20);
        options.setNestingDepthLimit(JsonSyntax.MAX_DEPTH);
        return options;
    }
}
