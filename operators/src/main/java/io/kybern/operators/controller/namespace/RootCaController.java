package io.kybern.operators.controller.namespace;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
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
import java.util.Map;

/** Each namespace has a ConfigMap with the authority that pods verify the API server by. */
public final class RootCaController implements KindController<Namespace> {
    private static final String NAME = "kube-root-ca.crt";
    private static final String KEY = "ca.crt";
    private static final String DESCRIPTION = "kubernetes.io/description";

    /** The text that a client of the original finds. */
    private static final String DESCRIPTION_TEXT =
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as"
                    + " the internal service IP or kubernetes.default.svc. No other usage is guaranteed across"
                    + " distributions of Kubernetes clusters.";

    private final KubernetesClient client;
    private final String rootCa;
    private final SharedIndexInformer<ConfigMap> configMaps;

    /** @param rootCa PEM */
    public RootCaController(KubernetesClient client, SharedInformers informers, String rootCa) {
        this.client = client;
        this.rootCa = rootCa;
        this.configMaps = informers.named(ConfigMap.class, NAME);
    }

    @Override
    public String name() {
        return "root-ca-certificate-publisher-controller";
    }

    @Override
    public Class<Namespace> primary() {
        return Namespace.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(Watch.mapped(
                        ConfigMap.class,
                        configMap ->
                                List.of(new ResourceID(configMap.getMetadata().getNamespace())))
                .from(configMaps));
    }

    @Override
    public Requeue reconcile(Namespace namespace) {
        if (!NamespaceEnd.isActive(namespace)) {
            return Requeue.none();
        }
        String name = namespace.getMetadata().getName();
        ConfigMap actual = configMaps.getStore().getByKey(Cache.namespaceKeyFunc(name, NAME));
        try {
            if (actual == null) {
                client.resource(new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(NAME)
                                .withNamespace(name)
                                .addToAnnotations(DESCRIPTION, DESCRIPTION_TEXT)
                                .endMetadata()
                                .addToData(KEY, rootCa)
                                .build())
                        .create();
            } else if (!isRight(actual)) {
                client.resource(new ConfigMapBuilder(actual)
                                .editMetadata()
                                .addToAnnotations(DESCRIPTION, DESCRIPTION_TEXT)
                                .endMetadata()
                                .withData(Map.of(KEY, rootCa))
                                .build())
                        .update();
            }
        } catch (KubernetesClientException e) {
            if (!Failures.isAlreadyExists(e) && !Failures.isNamespaceTerminating(e) && !Failures.isNotFound(e)) {
                throw e;
            }
        }
        return Requeue.none();
    }

    private boolean isRight(ConfigMap configMap) {
        var annotations = configMap.getMetadata().getAnnotations();
        return Map.of(KEY, rootCa).equals(configMap.getData())
                && annotations != null
                && !annotations.getOrDefault(DESCRIPTION, "").isEmpty();
    }
}
