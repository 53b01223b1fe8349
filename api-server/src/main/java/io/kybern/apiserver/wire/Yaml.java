package io.kybern.apiserver.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.yaml.snakeyaml.LoaderOptions;

/** YAML documents as JSON, event by event, so that repeated keys stay visible to the decoder. */
public final class Yaml {
    private static final YAMLFactory FACTORY =
            YAMLFactory.builder().loaderOptions(limits()).build();

    private Yaml() {}

    private static LoaderOptions limits() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(3 << 20);
        options.setMaxAliasesForCollections(50);
        options.setNestingDepthLimit(1000);
        return options;
    }

    /**
     * The first document as JSON.
     *
     * @throws DecodeException for malformed YAML
     */
    public static byte[] toJson(byte[] yaml) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(yaml.length);
        try (JsonParser parser = FACTORY.createParser(yaml);
                JsonGenerator generator = JsonTree.FACTORY.createGenerator(out)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                copy(parser, token, generator, depth);
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 0) {
                    break;
                }
            }
        } catch (IOException e) {
            String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("malformed document");
            throw new DecodeException("error converting YAML to JSON: yaml: " + first);
        }
        return out.toByteArray();
    }

    private static void copy(JsonParser parser, JsonToken token, JsonGenerator out, int depth) throws IOException {
        // YAML lets scalars be what JSON calls embedded; everything else copies as it is
        if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
            out.writeString(parser.getText());
        } else {
            out.copyCurrentEvent(parser);
        }
    }
}
