package io.kybern.samples.webpage;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import java.util.Optional;

/**
 * Makes a page true. The framework keeps the three dependents as they should be before {@link #reconcile} runs, and runs
 * it again whenever one of them changes; what is left is the sitemap and the status. Because of {@link Cleaner} each
 * page gets a finalizer, and {@link #cleanup} runs before it goes.
 */
@Workflow(
        dependents = {
            @Dependent(type = PageConfigMap.class),
            @Dependent(type = PageDeployment.class),
            @Dependent(type = PageService.class)
        })
@ControllerConfiguration(name = "web-page", finalizerName = WebPageReconciler.FINALIZER)
public class WebPageReconciler implements Reconciler<WebPage>, Cleaner<WebPage> {
    static final String FINALIZER = "samples.kybern.io/sitemap";

    @Override
    public UpdateControl<WebPage> reconcile(WebPage page, Context<WebPage> context) {
        new Sitemap(context.getClient()).add(page);
        return UpdateControl.patchStatus(withStatus(page, context.getSecondaryResource(Deployment.class)));
    }

    @Override
    public DeleteControl cleanup(WebPage page, Context<WebPage> context) {
        new Sitemap(context.getClient()).remove(page);
        return DeleteControl.defaultDelete();
    }

    /** A page that carries its name and the new status only: server-side apply then owns nothing but the status. */
    static WebPage withStatus(WebPage page, Optional<Deployment> deployment) {
        WebPage patch = new WebPage();
        patch.getMetadata().setName(page.getMetadata().getName());
        patch.getMetadata().setNamespace(page.getMetadata().getNamespace());
        WebPageStatus status = new WebPageStatus();
        status.setObservedGeneration(page.getMetadata().getGeneration());
        status.setUrl(PageService.url(page));
        status.setReadyReplicas(deployment
                .map(Deployment::getStatus)
                .map(found -> found.getReadyReplicas())
                .orElse(0));
        patch.setStatus(status);
        return patch;
    }
}
