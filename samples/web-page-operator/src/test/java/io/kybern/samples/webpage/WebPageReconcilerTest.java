package io.kybern.samples.webpage;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WebPageReconcilerTest {
    private static WebPage page(String html) {
        WebPage page = new WebPage();
        page.getMetadata().setName("hello");
        page.getMetadata().setNamespace("site");
        page.getMetadata().setGeneration(3L);
        WebPageSpec spec = new WebPageSpec();
        spec.setHtml(html);
        spec.setReplicas(2);
        page.setSpec(spec);
        return page;
    }

    private static String hash(Deployment deployment) {
        return deployment.getSpec().getTemplate().getMetadata().getAnnotations().get(PageDeployment.HASH_ANNOTATION);
    }

    @Test
    void serversMountTheDocument() {
        WebPage page = page("<h1>Hello</h1>");
        Deployment deployment = PageDeployment.of(page);
        assertThat(PageConfigMap.of(page).getData()).containsEntry("index.html", "<h1>Hello</h1>");
        assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
        assertThat(deployment.getSpec().getTemplate().getSpec().getVolumes())
                .singleElement()
                .satisfies(volume -> assertThat(volume.getConfigMap().getName())
                        .isEqualTo(PageConfigMap.of(page).getMetadata().getName()));
    }

    @Test
    void theServiceFindsTheServers() {
        WebPage page = page("x");
        assertThat(PageDeployment.of(page).getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(PageService.of(page).getSpec().getSelector());
    }

    @Test
    void aNewDocumentRollsOut() {
        assertThat(hash(PageDeployment.of(page("one")))).isNotEqualTo(hash(PageDeployment.of(page("two"))));
        assertThat(hash(PageDeployment.of(page("one")))).isEqualTo(hash(PageDeployment.of(page("one"))));
    }

    /** A blank object is what the framework applies to set the finalizer; see {@link WebPage}. */
    @Test
    void aBlankPageSaysNothing() {
        assertThat(new WebPage().getSpec()).isNull();
        assertThat(WebPageReconciler.withStatus(page("x"), Optional.empty()).getSpec())
                .isNull();
    }

    @Test
    void theStatusTellsWhatIsReady() {
        Deployment deployment = new DeploymentBuilder()
                .withNewStatus()
                .withReadyReplicas(1)
                .endStatus()
                .build();
        WebPageStatus status =
                WebPageReconciler.withStatus(page("x"), Optional.of(deployment)).getStatus();
        assertThat(status.getReadyReplicas()).isEqualTo(1);
        assertThat(status.getObservedGeneration()).isEqualTo(3);
        assertThat(status.getUrl()).isEqualTo("http://hello.site.svc/");
        assertThat(WebPageReconciler.withStatus(page("x"), Optional.empty())
                        .getStatus()
                        .getReadyReplicas())
                .isZero();
    }
}
