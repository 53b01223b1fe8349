package io.kybern.node.runtime.cri;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Pod networking for a node that brings none: a CNI configuration with the reference plugins {@code bridge} (pods of a
 * node on one bridge, masqueraded to the outside), {@code host-local} (addresses) and {@code portmap} (host ports).
 *
 * @param bridge the device's name, at most 15 characters
 * @param subnet this node's pod addresses, such as {@code 10.244.1.0/24}
 * @param addresses where {@code host-local} remembers which are in use
 */
public record CniBridge(String bridge, String subnet, Path addresses) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PLUGINS = List.of("bridge", "host-local", "portmap", "loopback");

    /** Where Debian's containernetworking-plugins lie. */
    public static final Path PLUGIN_DIRECTORY = Path.of("/usr/lib/cni");

    public CniBridge {
        if (bridge.length() > 15) {
            throw new IllegalArgumentException("a device's name has at most 15 characters: " + bridge);
        }
    }

    /** The plugin that is not installed; empty when a bridge can be made. */
    public static Optional<String> missing(Path pluginDirectory) {
        return PLUGINS.stream()
                .filter(plugin -> !Files.isExecutable(pluginDirectory.resolve(plugin)))
                .findFirst()
                .map(plugin -> "CNI plugin " + plugin + " is not in " + pluginDirectory
                        + " (on Debian: apt-get install containernetworking-plugins)");
    }

    /** Writes the configuration where the runtime looks for it; a runtime takes it up without a restart. */
    public void write(Path configurationDirectory) throws IOException {
        Files.createDirectories(configurationDirectory);
        Path file = configurationDirectory.resolve("10-kybern.conflist");
        Path draft = configurationDirectory.resolve("10-kybern.draft");
        Files.writeString(draft, configuration());
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    }

    String configuration() {
        ObjectNode network = JSON.createObjectNode().put("cniVersion", "0.4.0").put("name", "kybern");
        ArrayNode plugins = network.putArray("plugins");
        ObjectNode device = plugins.addObject()
                .put("type", "bridge")
                .put("bridge", bridge)
                .put("isDefaultGateway", true)
                .put("ipMasq", true)
                .put("hairpinMode", true);
        ObjectNode ipam = device.putObject("ipam").put("type", "host-local").put("dataDir", addresses.toString());
        // The default route comes with isDefaultGateway; one here as well would clash with it.
        ipam.putArray("ranges").addArray().addObject().put("subnet", subnet);
        plugins.addObject().put("type", "portmap").putObject("capabilities").put("portMappings", true);
        return network.toPrettyString();
    }
}
