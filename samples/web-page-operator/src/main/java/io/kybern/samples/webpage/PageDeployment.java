package io.kybern.samples.webpage;

import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The servers. */
public class PageDeployment extends CRUDKubernetesDependentResource<Deployment, WebPage> {
    static final int PORT = 8080;
    static final String HASH_ANNOTATION = "samples.kybern.io/content-hash";

    @Override
    protected Deployment desired(WebPage page, Context<WebPage> context) {
        return of(page);
    }

    /** The hash in the pod template makes a new document roll out like a new image. */
    static Deployment of(WebPage page) {
        return new DeploymentBuilder()
                .withMetadata(Names.metadata(page))
                .withNewSpec()
                .withReplicas(page.getSpec().getReplicas())
                .withNewSelector()
                .withMatchLabels(Names.labels(page))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Names.labels(page))
                .addToAnnotations(HASH_ANNOTATION, hash(page.getSpec().getHtml()))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("httpd")
                .withImage("busybox:1.36")
                .withCommand("httpd", "-f", "-p", String.valueOf(PORT), "-h", "/www")
                .addNewPort()
                .withName("http")
                .withContainerPort(PORT)
                .withProtocol("TCP")
                .endPort()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/index.html")
                .withNewPort("http")
                .endHttpGet()
                .endReadinessProbe()
                .addNewVolumeMount()
                .withName("page")
                .withMountPath("/www")
                .endVolumeMount()
                .endContainer()
                .withVolumes(List.of(new VolumeBuilder()
                        .withName("page")
                        .withNewConfigMap()
                        .withName(page.getMetadata().getName())
                        .endConfigMap()
                        .build()))
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static String hash(String html) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(html.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
