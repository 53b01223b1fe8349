package io.kybern.distribution.command;

import io.kybern.distribution.flag.FlagException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Flags in a YAML file: a mapping from names without dashes to values; a list stands for values with commas between. */
final class SettingsFile {
    private SettingsFile() {}

    static Map<String, String> read(Path file) {
        try {
            Object content = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
            if (content instanceof Map<?, ?> settings) {
                Map<String, String> texts = new LinkedHashMap<>();
                settings.forEach((name, value) -> texts.put(String.valueOf(name), text(value)));
                return texts;
            }
            throw new FlagException("--config: " + file + " is not a mapping of flags to values");
        } catch (IOException | YamlEngineException e) {
            throw new FlagException("--config: cannot read " + file + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static String text(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.valueOf(value);
    }
}
