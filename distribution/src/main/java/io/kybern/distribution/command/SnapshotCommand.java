package io.kybern.distribution.command;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.kybern.apiserver.introspection.SnapshotEndpoint;
import io.kybern.apiserver.storage.embedded.DataDirectoryException;
import io.kybern.apiserver.storage.embedded.SnapshotFile;
import io.kybern.apiserver.storage.embedded.SnapshotFile.Content;
import io.kybern.apiserver.storage.embedded.SnapshotFile.SnapshotException;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.flag.FlagException;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutionException;

/**
 * Saves all objects of a running cluster in a file, or makes the store of a new cluster of such a file. Keys and certificates
 * ({@code pki/}) are not part of it.
 */
final class SnapshotCommand implements Command {
    @Override
    public String name() {
        return "snapshot";
    }

    @Override
    public String arguments() {
        return "save|restore FILE";
    }

    @Override
    public String summary() {
        return "save all objects of a cluster, or begin one with them";
    }

    @Override
    public FlagSet flags() {
        return ClusterFlags.only();
    }

    @Override
    public int run(ParsedFlags flags, Console console) {
        if (flags.positional().size() != 2) {
            throw new FlagException("kybern snapshot takes save or restore, and one FILE");
        }
        Path file = Path.of(flags.positional().get(1)).toAbsolutePath();
        try {
            switch (flags.positional().getFirst()) {
                case "save" -> save(file, flags, console);
                case "restore" -> restore(file, flags, console);
                case String other ->
                    throw new FlagException("kybern snapshot takes save or restore, not \"" + other + "\"");
            }
            return 0;
        } catch (SnapshotException | DataDirectoryException e) {
            throw new ClusterException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new ClusterException("cannot use " + file + ": " + reason(e), e);
        }
    }

    /** Java's exceptions of files often say nothing but their name. */
    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static void save(Path file, ParsedFlags flags, Console console) throws IOException {
        ClusterDirectory directory = ClusterFlags.directory(flags, console);
        if (ServerRecord.running(directory).isEmpty()) {
            throw new ClusterException("cluster \"" + ClusterFlags.name(flags) + "\" is not running; run kybern up");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        try {
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            receive(directory, part);
            Content content = SnapshotFile.verify(part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            console.out().printf("Saved %s in %s%n", describe(content), file);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void receive(ClusterDirectory directory, Path part) throws IOException {
        Config config = Config.fromKubeconfig(Files.readString(directory.adminKubeconfig()));
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            HttpClient http = client.getHttpClient();
            String uri = config.getMasterUrl().replaceAll("/+$", "") + SnapshotEndpoint.PATH;
            HttpResponse<InputStream> response = http.sendAsync(
                            http.newHttpRequestBuilder().uri(uri).build(), InputStream.class)
                    .get();
            try (InputStream body = response.body()) {
                if (response.code() != 200) {
                    throw new ClusterException(new String(body.readAllBytes(), StandardCharsets.UTF_8).strip());
                }
                try (OutputStream out =
                        Files.newOutputStream(part, StandardOpenOption.WRITE)) { // keeps its permissions
                    body.transferTo(out);
                }
            }
        } catch (ExecutionException e) {
            throw new ClusterException("the server does not answer: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        }
    }

    private static void restore(Path file, ParsedFlags flags, Console console) throws IOException {
        if (!Files.isReadable(file)) {
            throw new ClusterException("cannot read " + file);
        }
        ClusterDirectory directory = ClusterFlags.directory(flags, console);
        SnapshotFile.verify(file); // before anything is made
        try (ClusterDirectory.Hold hold = directory.lock()) {
            Content content = SnapshotFile.restore(file, directory.store());
            console.out().printf("Restored %s into %s; kybern up starts it%n", describe(content), directory.root());
        }
    }

    private static String describe(Content content) {
        return content.keys() + " objects of revision " + content.revision();
    }
}
