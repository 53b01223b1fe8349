package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kybern.junit.Kubeconfig;
import io.kybern.junit.KybernCluster;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Releases of the chart {@code /helm/garden} through their lives. Each test has a namespace of its own; the chart's kind is
 * defined by the first release and stays, as Helm wants it.
 */
@KybernCluster(listen = true)
class HelmTest {
    private static final String PATIENCE = "--timeout=60s";

    private KubernetesClient client;
    private Helm helm;
    private String chart;

    @BeforeEach
    void find(@Kubeconfig Path kubeconfig, @TempDir Path home)
            throws IOException, InterruptedException, URISyntaxException {
        helm = Helm.of(kubeconfig, home);
        chart = Path.of(Objects.requireNonNull(HelmTest.class.getResource("/helm/garden"))
                        .toURI())
                .toString();
    }

    private String install(String namespace, String... more) throws IOException, InterruptedException {
        return helm.out(
                with(more, "install", "rose", chart, "-n", namespace, "--create-namespace", "--wait", PATIENCE));
    }

    private static String[] with(String[] more, String... words) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(words), java.util.stream.Stream.of(more))
                .toArray(String[]::new);
    }

    private GenericKubernetesResource plant(String namespace) {
        return client.genericKubernetesResources("garden.example.com/v1", "Plant")
                .inNamespace(namespace)
                .withName("rose")
                .require();
    }

    private List<String> configMaps(String namespace) {
        return client.configMaps().inNamespace(namespace).list().getItems().stream()
                .map(map -> map.getMetadata().getName())
                .filter(name -> name.startsWith("rose"))
                .sorted()
                .toList();
    }

    private static List<String> managers(HasMetadata object) {
        return object.getMetadata().getManagedFields().stream()
                .map(ManagedFieldsEntry::getManager)
                .distinct()
                .toList();
    }

    @Test
    void installs() throws Exception {
        assertThat(install("install")).contains("STATUS: deployed", "REVISION: 1", "The red garden rose grows.");

        assertThat(client.apps()
                        .deployments()
                        .inNamespace("install")
                        .withName("rose")
                        .require()
                        .getStatus()
                        .getReadyReplicas())
                .isEqualTo(2);
        GenericKubernetesResource plant = plant("install");
        assertThat(plant.<Integer>get("spec", "height"))
                .as("the default of its schema")
                .isEqualTo(10);
        assertThat(managers(plant)).containsExactly("helm");
        assertThat(plant.getMetadata().getManagedFields().getFirst().getOperation())
                .isEqualTo("Apply");
        ConfigMap map =
                client.configMaps().inNamespace("install").withName("rose").require();
        assertThat(map.getData()).containsEntry("cluster", "kube-system").containsEntry("colour", "red");
        assertThat(configMaps("install")).containsExactly("rose", "rose-extra", "rose-pre-install");
        assertThat(client.pods()
                        .inNamespace("install")
                        .withName("rose-post-install")
                        .get())
                .as("a hook that is deleted when it has succeeded")
                .isNull();

        assertThat(helm.out("list", "-n", "install")).contains("rose", "deployed", "garden-1.0.0");
        assertThat(helm.out("status", "rose", "-n", "install")).contains("==> v1/Deployment", "==> v1/Plant", "2/2");
        assertThat(helm.out("get", "manifest", "rose", "-n", "install")).contains("kind: Plant", "colour: red");
        assertThat(helm.out("get", "hooks", "rose", "-n", "install")).contains("helm.sh/hook: pre-install");
        assertThat(helm.error("install", "rose", chart, "-n", "install"))
                .contains("cannot reuse a name that is still in use");
    }

    @Test
    void upgradesAndRollsBack() throws Exception {
        install("upgrade");
        client.apps()
                .deployments()
                .inNamespace("upgrade")
                .withName("rose")
                .edit(deployment -> deployment
                        .edit()
                        .editMetadata()
                        .addToLabels("team", "gardeners")
                        .endMetadata()
                        .build());

        assertThat(helm.out(
                        "upgrade",
                        "rose",
                        chart,
                        "-n",
                        "upgrade",
                        "--wait",
                        PATIENCE,
                        "--set",
                        "replicas=3,colour=blue,extra=false"))
                .contains("Release \"rose\" has been upgraded", "REVISION: 2");
        assertThat(plant("upgrade").<String>get("spec", "colour")).isEqualTo("blue");
        assertThat(plant("upgrade").<Integer>get("spec", "beds", 0, "size")).isEqualTo(3);
        assertThat(plant("upgrade").getMetadata().getGeneration()).isEqualTo(2);
        var deployment = client.apps()
                .deployments()
                .inNamespace("upgrade")
                .withName("rose")
                .require();
        assertThat(deployment.getStatus().getReadyReplicas()).isEqualTo(3);
        assertThat(deployment.getMetadata().getLabels())
                .as("what others wrote stays")
                .containsEntry("team", "gardeners");
        assertThat(configMaps("upgrade"))
                .as("what the chart has no more goes")
                .containsExactly("rose", "rose-pre-install", "rose-pre-upgrade");

        assertThat(helm.out("rollback", "rose", "1", "-n", "upgrade", "--wait", PATIENCE))
                .contains("Rollback was a success");
        assertThat(plant("upgrade").<String>get("spec", "colour")).isEqualTo("red");
        assertThat(configMaps("upgrade"))
                .containsExactly("rose", "rose-extra", "rose-pre-install", "rose-pre-rollback", "rose-pre-upgrade");
        assertThat(helm.out("history", "rose", "-n", "upgrade"))
                .containsSubsequence(
                        "superseded",
                        "Install complete",
                        "superseded",
                        "Upgrade complete",
                        "deployed",
                        "Rollback to 1");
    }

    @Test
    void mergesOnTheClientWhereAsked() throws Exception {
        install("merge", "--server-side=false");
        client.configMaps()
                .inNamespace("merge")
                .withName("rose")
                .edit(map -> map.edit()
                        .addToData("by", "hand")
                        .addToData("colour", "green")
                        .build());

        helm.out("upgrade", "rose", chart, "-n", "merge", "--wait", PATIENCE, "--set", "colour=blue,replicas=1");

        assertThat(client.configMaps()
                        .inNamespace("merge")
                        .withName("rose")
                        .require()
                        .getData())
                .containsEntry("by", "hand")
                .containsEntry("colour", "blue");
        assertThat(plant("merge").<String>get("spec", "colour")).isEqualTo("blue");
        assertThat(plant("merge").getMetadata().getManagedFields())
                .allSatisfy(entry -> assertThat(entry.getOperation()).isEqualTo("Update"));
    }

    @Test
    void tellsOfConflicts() throws Exception {
        install("conflict");
        client.configMaps()
                .inNamespace("conflict")
                .withName("rose")
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                .withFieldManager("painter")
                                .withForce(true)
                                .build(),
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"rose\"},\"data\":{\"colour\":\"green\"}}");

        String[] upgrade = {"upgrade", "rose", chart, "-n", "conflict", PATIENCE, "--set", "colour=blue"};
        assertThat(helm.error(upgrade)).contains("conflict with \"painter\"", ".data.colour");
        helm.out(with(new String[] {"--force-conflicts"}, upgrade));
        assertThat(client.configMaps()
                        .inNamespace("conflict")
                        .withName("rose")
                        .require()
                        .getData())
                .containsEntry("colour", "blue");
    }

    @Test
    void runsTests() throws Exception {
        install("tests");
        assertThat(helm.out("test", "rose", "-n", "tests", PATIENCE))
                .contains("TEST SUITE:     rose-test", "Phase:          Succeeded");
        assertThat(client.pods()
                        .inNamespace("tests")
                        .withName("rose-test")
                        .require()
                        .getStatus()
                        .getPhase())
                .isEqualTo("Succeeded");

        helm.out("upgrade", "rose", chart, "-n", "tests", "--set", "testExit=3", PATIENCE);
        assertThat(helm.error("test", "rose", "-n", "tests", PATIENCE)).contains("rose-test failed");
    }

    @Test
    void uninstalls() throws Exception {
        install("uninstall");
        assertThat(helm.out("uninstall", "rose", "-n", "uninstall", "--wait", PATIENCE))
                .contains("release \"rose\" uninstalled");

        assertThat(helm.out("list", "-q", "-n", "uninstall")).isBlank();
        assertThat(client.apps().deployments().inNamespace("uninstall").list().getItems())
                .isEmpty();
        assertThat(client.genericKubernetesResources("garden.example.com/v1", "Plant")
                        .inNamespace("uninstall")
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(client.secrets().inNamespace("uninstall").list().getItems()).isEmpty();
        assertThat(configMaps("uninstall"))
                .as("hooks belong to no release")
                .containsExactly("rose-pre-delete", "rose-pre-install");
        assertThat(client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName("plants.garden.example.com")
                        .get())
                .as("definitions stay")
                .isNotNull();
    }

    /**
     * Without {@code --wait}: Helm's waiter ends as soon as all objects that it has seen so far are gone, and then
     * complains of one that it sees going, if another's watch was faster.
     */
    @Test
    void uninstallsInTheForeground() throws Exception {
        install("foreground");
        assertThat(helm.out("uninstall", "rose", "-n", "foreground", "--cascade=foreground"))
                .contains("release \"rose\" uninstalled");

        client.apps()
                .deployments()
                .inNamespace("foreground")
                .withName("rose")
                .waitUntilCondition(Objects::isNull, 60, TimeUnit.SECONDS);
        assertThat(client.apps().replicaSets().inNamespace("foreground").list().getItems())
                .isEmpty();
        assertThat(client.pods().inNamespace("foreground").list().getItems())
                .as("pods of the deployment")
                .noneMatch(pod -> !pod.getMetadata().getOwnerReferences().isEmpty());
    }

    @Test
    void failedInstallLeavesNothing() throws Exception {
        String[] install = {"install", "rose", chart, "-n", "fails", "--create-namespace", "--rollback-on-failure"};
        assertThat(helm.error(with(new String[] {"--timeout=6s", "--set", "startError=broken"}, install)))
                .contains("uninstalled due to rollback-on-failure being set");
        assertThat(helm.out("list", "-q", "-n", "fails")).isBlank();
        assertThat(client.services().inNamespace("fails").list().getItems()).isEmpty();

        assertThat(helm.error(with(new String[] {PATIENCE, "--set", "hookExit=1"}, install)))
                .contains("failed post-install", "rose-post-install");
        assertThat(helm.out("list", "-q", "-n", "fails")).isBlank();
        assertThat(client.pods()
                        .inNamespace("fails")
                        .withName("rose-post-install")
                        .get())
                .as("a hook that failed stays")
                .extracting(Pod::getStatus)
                .extracting(status -> status.getPhase())
                .isEqualTo("Failed");
    }

    @Test
    void failedUpgradeGoesBack() throws Exception {
        install("goes-back");
        assertThat(helm.error(
                        "upgrade",
                        "rose",
                        chart,
                        "-n",
                        "goes-back",
                        "--rollback-on-failure",
                        "--timeout=6s",
                        "--set",
                        "startError=broken,colour=blue"))
                .contains("failed, and has been rolled back");
        assertThat(helm.out("history", "rose", "-n", "goes-back"))
                .containsSubsequence("superseded", "failed", "deployed", "Rollback to 1");
        assertThat(plant("goes-back").<String>get("spec", "colour")).isEqualTo("red");
    }

    @Test
    void dryRunAsksTheServerAndKeepsNothing() throws Exception {
        client.namespaces()
                .resource(new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                        .withNewMetadata()
                        .withName("dry")
                        .endMetadata()
                        .build())
                .create();
        install("dry-run-of");
        String[] install = {"install", "rose", chart, "-n", "dry", "--dry-run=server"};
        assertThat(helm.out(install)).contains("STATUS: pending-install", "cluster: \"kube-system\"", "kind: Plant");
        assertThat(configMaps("dry")).isEmpty();
        assertThat(client.secrets().inNamespace("dry").list().getItems()).isEmpty();
        assertThat(helm.out("install", "rose", chart, "-n", "dry", "--dry-run=client"))
                .contains("cluster: \"unknown\"");
    }

    @Test
    void saysWhatTheServerRefuses() throws Exception {
        assertThat(helm.error("install", "rose", chart, "-n", "refuses", "--create-namespace", "--set", "colour=green"))
                .contains("Plant.garden.example.com \"rose\" is invalid: spec.colour: Unsupported value: \"green\"");
        assertThat(helm.error("install", "lily", chart, "-n", "refuses", "--set", "port=99999"))
                .contains("spec.ports[0].port: Invalid value: 99999");
    }

    @Test
    void takesNothingOfOthers() throws Exception {
        client.pods()
                .inNamespace("default")
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("mine")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("c")
                        .withImage("busybox")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        client.configMaps()
                .inNamespace("default")
                .resource(new io.fabric8.kubernetes.api.model.ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("rose")
                        .endMetadata()
                        .build())
                .create();
        assertThat(helm.error("install", "rose", chart, "-n", "default"))
                .contains(
                        "ConfigMap \"rose\" in namespace \"default\" exists and cannot be imported into the current release");
    }
}
