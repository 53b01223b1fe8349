package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.flag.Flag;
import io.kybern.distribution.flag.FlagException;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.server.ServerFlags;
import io.kybern.node.image.ImageImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the images of an archive known to the node of a cluster, so that its pods need no registry. */
final class LoadCommand implements Command {
    @Override
    public String name() {
        return "load";
    }

    @Override
    public String arguments() {
        return "IMAGE.tar";
    }

    @Override
    public String summary() {
        return "load images from a docker-save or OCI archive";
    }

    @Override
    public FlagSet flags() {
        List<Flag> flags = new ArrayList<>(ClusterFlags.ALL);
        flags.add(ServerFlags.RUNTIME_ENDPOINT);
        return new FlagSet(flags);
    }

    @Override
    public int run(ParsedFlags flags, Console console) {
        if (flags.positional().size() != 1) {
            throw new FlagException("kybern load takes one IMAGE.tar");
        }
        Path archive = Path.of(flags.positional().getFirst());
        if (!Files.isReadable(archive)) {
            throw new ClusterException("cannot read " + archive);
        }
        try {
            List<String> names = new ImageImport(socket(flags, console)).load(archive);
            names.forEach(name -> console.out().println("Loaded " + name));
            return 0;
        } catch (IOException e) {
            throw new ClusterException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The one that is named, else the running cluster's, else the usual one. */
    private static Path socket(ParsedFlags flags, Console console) {
        if (flags.given().containsKey(ServerFlags.RUNTIME_ENDPOINT.name())) {
            return ServerFlags.runtimeSocket(flags);
        }
        Optional<ServerRecord> server = ServerRecord.running(ClusterFlags.directory(flags, console));
        if (server.isPresent() && server.get().containerd().isEmpty()) {
            throw new ClusterException("cluster \"" + ClusterFlags.name(flags)
                    + "\" has simulated nodes: their pods run any image without having it");
        }
        return server.flatMap(ServerRecord::containerd).orElseGet(() -> ServerFlags.runtimeSocket(flags));
    }
}
