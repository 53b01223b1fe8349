package io.kybern.distribution.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigFileTest {
    private static final String THEIRS = """
            # my clusters
            apiVersion: v1
            clusters:
            - cluster:
                server: https://prod.example.com
                x-unknown: [1, two]
              name: "yes"
            - cluster:
                server: https://test.example.com
              name: test
            contexts:
            - context:
                cluster: "yes"
                user: '0123'
                namespace: shop
              name: prod
            current-context: prod
            kind: Config
            preferences: {}
            users:
            - name: '0123'
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  args:
                  - "on"
                  command: login
            """;

    private static final Kubeconfig OURS = kubeconfig("kybern", "https://127.0.0.1:6443");

    @TempDir
    Path directory;

    private Path path() {
        return directory.resolve("config");
    }

    private KubeconfigFile file() {
        return new KubeconfigFile(path(), Duration.ofSeconds(20));
    }

    private static Kubeconfig kubeconfig(String name, String server) {
        return Kubeconfig.parse("""
                apiVersion: v1
                kind: Config
                clusters:
                - name: NAME
                  cluster:
                    server: SERVER
                contexts:
                - name: NAME
                  context:
                    cluster: NAME
                    user: NAME
                users:
                - name: NAME
                  user: {}
                """.replace("NAME", name).replace("SERVER", server));
    }

    @Test
    void aNewFileHoldsOurContextAndIsForItsOwnerOnly() throws IOException {
        assertThat(file().merge(OURS, "kybern")).isEmpty();
        Kubeconfig written = Kubeconfig.parse(Files.readString(path()));
        assertThat(written.currentContext()).contains("kybern");
        assertThat(written.hasContext("kybern")).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
    }

    @Test
    void everythingElseStaysAsItWas() throws IOException {
        Files.writeString(path(), THEIRS);
        assertThat(file().merge(OURS, "kybern")).contains("prod");
        String written = Files.readString(path());
        List<String> rest = new ArrayList<>(written.lines().map(String::strip).toList());
        for (String line : THEIRS.lines().map(String::strip).toList()) {
            if (!line.startsWith("current-context")) {
                assertThat(rest).contains(line);
                rest = rest.subList(rest.indexOf(line) + 1, rest.size());
            }
        }
        assertThat(written).contains("current-context: kybern\n");
    }

    @Test
    void downRestoresTheFileToTheLetter() throws IOException {
        Files.writeString(path(), THEIRS);
        file().merge(Kubeconfig.parse("{}"), "prod");
        String before = Files.readString(path());
        Optional<String> previous = file().merge(OURS, "kybern");
        file().remove("kybern", previous);
        assertThat(Files.readString(path())).isEqualTo(before);
    }

    @Test
    void aContextThatTheUserChoseMeanwhileStays() throws IOException {
        Files.writeString(path(), THEIRS);
        Optional<String> previous = file().merge(OURS, "kybern");
        Files.writeString(path(), Files.readString(path()).replace("current-context: kybern", "current-context: test"));
        file().remove("kybern", previous);
        assertThat(Kubeconfig.parse(Files.readString(path())).currentContext()).contains("test");
    }

    @Test
    void aSecondMergeReplacesInPlace() throws IOException {
        file().merge(OURS, "kybern");
        file().merge(kubeconfig("other", "https://other"), "other");
        assertThat(file().merge(kubeconfig("kybern", "https://127.0.0.1:7443"), "kybern"))
                .contains("other");
        String written = Files.readString(path());
        assertThat(written).doesNotContain("6443").containsOnlyOnce("7443");
        assertThat(written.indexOf("7443")).isLessThan(written.indexOf("https://other"));
    }

    @Test
    void emptyListsOfKubectlAreFilled() throws IOException {
        Files.writeString(path(), """
                apiVersion: v1
                clusters: null
                contexts: []
                current-context: ""
                kind: Config
                users: null
                """);
        assertThat(file().merge(OURS, "kybern")).isEmpty();
        assertThat(Files.readString(path())).contains("contexts:\n- name: kybern\n");
    }

    @Test
    void jsonIsAKubeconfigToo() throws IOException {
        Files.writeString(
                path(), "{\"apiVersion\":\"v1\",\"kind\":\"Config\",\"contexts\":[{\"name\":\"a\",\"context\":{}}]}");
        file().merge(OURS, "kybern");
        Kubeconfig written = Kubeconfig.parse(Files.readString(path()));
        assertThat(written.hasContext("a")).isTrue();
        assertThat(written.hasContext("kybern")).isTrue();
    }

    @Test
    void aFileThatIsNoKubeconfigIsLeftAlone() throws IOException {
        Files.writeString(path(), "- just\n- a list\n");
        assertThatThrownBy(() -> file().merge(OURS, "kybern"))
                .isInstanceOf(KubeconfigException.class)
                .hasMessage(path() + " is no kubeconfig: not a mapping");
        assertThat(Files.readString(path())).isEqualTo("- just\n- a list\n");
        assertThat(directory.resolve("config.lock")).doesNotExist();
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path real = Files.writeString(directory.resolve("real"), THEIRS);
        Files.createSymbolicLink(path(), real);
        file().merge(OURS, "kybern");
        assertThat(path()).isSymbolicLink();
        assertThat(Files.readString(real)).contains("current-context: kybern");
    }

    @Test
    void aLockThatNobodyReleasesIsNamed() throws IOException {
        Path lock = Files.createFile(directory.resolve("config.lock"));
        assertThatThrownBy(() -> new KubeconfigFile(path(), Duration.ofMillis(50)).merge(OURS, "kybern"))
                .isInstanceOf(KubeconfigException.class)
                .hasMessageContaining("delete " + lock);
        assertThat(lock).exists();
        assertThat(path()).doesNotExist();
    }

    @Test
    void writersAtTheSameTimeLoseNothing() throws IOException, InterruptedException, ExecutionException {
        Files.writeString(path(), THEIRS);
        List<Future<Optional<String>>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                String name = "writer-" + i;
                writers.add(threads.submit(() -> file().merge(kubeconfig(name, "https://" + name), name)));
            }
        }
        for (Future<Optional<String>> writer : writers) {
            writer.get();
        }
        Kubeconfig written = Kubeconfig.parse(Files.readString(path()));
        assertThat(written.hasContext("prod")).isTrue();
        for (int i = 0; i < 16; i++) {
            assertThat(written.hasContext("writer-" + i)).isTrue();
        }
    }

    @Test
    void theDefaultIsWhereKubectlLooks() throws IOException {
        Path home = directory.resolve("home");
        assertThat(KubeconfigFile.defaultPath(Map.of(), home)).isEqualTo(home.resolve(".kube/config"));
        Path absent = directory.resolve("absent");
        Path last = directory.resolve("last");
        String both = absent + File.pathSeparator + last;
        assertThat(KubeconfigFile.defaultPath(Map.of("KUBECONFIG", both), home)).isEqualTo(last);
        Path present = Files.createFile(directory.resolve("present"));
        assertThat(KubeconfigFile.defaultPath(Map.of("KUBECONFIG", present + File.pathSeparator + last), home))
                .isEqualTo(present);
    }
}
