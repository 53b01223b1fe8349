package io.kybern.apiserver.admission;

import io.kybern.apiserver.admission.limitrange.LimitRanger;
import io.kybern.apiserver.admission.podsecurity.PodSecurity;
import java.util.List;
import java.util.random.RandomGenerator;

/** The plugins that are always on, in the order of {@code pkg/kubeapiserver/options/plugins.go}. */
public final class BuiltinPlugins {
    private BuiltinPlugins() {}

    public static List<AdmissionPlugin> inOrder(ObjectReader objects, RandomGenerator random) {
        return List.of(
                new NamespaceLifecycle(objects),
                new LimitRanger(objects),
                new ServiceAccountPlugin(objects, random),
                new TaintNodesByCondition(),
                new PodSecurity(objects),
                new Priority(objects),
                new DefaultTolerationSeconds(),
                new StorageObjectInUseProtection(),
                new RuntimeClassPlugin(objects));
    }
}
