package io.kybern.operators.controller.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.informer.SharedInformers;
import java.util.List;

/** Each namespace has a ServiceAccount {@code default}, also after somebody deletes it. */
public final class DefaultServiceAccountController implements KindController<Namespace> {
    private static final String DEFAULT = "default";

    private final KubernetesClient client;
    private final SharedIndexInformer<ServiceAccount> accounts;

    public DefaultServiceAccountController(KubernetesClient client, SharedInformers informers) {
        this.client = client;
        this.accounts = informers.named(ServiceAccount.class, DEFAULT);
    }

    @Override
    public String name() {
        return "serviceaccount-controller";
    }

    @Override
    public Class<Namespace> primary() {
        return Namespace.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(Watch.mapped(
                        ServiceAccount.class,
                        account -> List.of(new ResourceID(account.getMetadata().getNamespace())))
                .from(accounts));
    }

    @Override
    public Requeue reconcile(Namespace namespace) {
        String name = namespace.getMetadata().getName();
        if (!NamespaceEnd.isActive(namespace)
                || accounts.getStore().getByKey(Cache.namespaceKeyFunc(name, DEFAULT)) != null) {
            return Requeue.none();
        }
        try {
            client.resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withName(DEFAULT)
                            .withNamespace(name)
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            if (!Failures.isAlreadyExists(e) && !Failures.isNamespaceTerminating(e) && !Failures.isNotFound(e)) {
                throw e;
            }
        }
        return Requeue.none();
    }
}
