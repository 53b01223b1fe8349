package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kybern.junit.Kubeconfig;
import io.kybern.junit.KybernCluster;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official Python client, with the Python that {@code PYTHON} names or else {@code python3}. */
@KybernCluster(listen = true)
class PythonClientTest {
    private static final String NAME =
            Optional.ofNullable(System.getenv("PYTHON")).orElse("python3");

    private static boolean there;

    @BeforeAll
    static void find() throws InterruptedException {
        try {
            there = python("-c", "import kubernetes.dynamic").exit() == 0;
        } catch (IOException absent) {
            there = false;
        }
    }

    private static Program.Result python(String... arguments) throws IOException, InterruptedException {
        return new Program(List.of(NAME), Map.of()).run("", arguments);
    }

    @Test
    void doesWhatProgramsDo(@Kubeconfig Path kubeconfig) throws IOException, InterruptedException, URISyntaxException {
        assumeTrue(there, NAME + " (PYTHON names another) has no package kubernetes: its client is not tried");
        Path script = Path.of(Objects.requireNonNull(PythonClientTest.class.getResource("/python/client.py"))
                .toURI());
        assertThat(python(script.toString(), kubeconfig.toString()).succeeds().out())
                .contains("objects ok", "patches ok", "watches ok", "custom_kinds ok", "pods ok");
    }
}
