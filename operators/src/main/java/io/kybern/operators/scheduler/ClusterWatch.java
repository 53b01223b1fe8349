package io.kybern.operators.scheduler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.ResourceNames;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Informers of namespaces, volume claims, nodes and pods that have not ended, which feed a {@link ClusterFeed}. Of pods the informer keeps only
 * metadata and node, as the feed makes its own of the rest; nothing is told twice (no resync).
 */
final class ClusterWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClusterWatch.class);

    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Namespace> namespaces;
    private final SharedIndexInformer<PersistentVolumeClaim> claims;

    ClusterWatch(
            KubernetesClient client,
            ClusterFeed feed,
            NamespaceCache labels,
            VolumeClaimCache volumeClaims,
            ResourceNames names) {
        namespaces = client.namespaces().runnableInformer(0);
        namespaces.addEventHandler(handler(labels::put, labels::remove));
        claims = client.persistentVolumeClaims().inAnyNamespace().runnableInformer(0);
        claims.itemStore(new ReducedStore<>(ClusterWatch::remembered));
        claims.addEventHandler(handler(
                claim -> {
                    volumeClaims.put(claim);
                    feed.claimPut(
                            claim.getMetadata().getNamespace(),
                            claim.getMetadata().getName());
                },
                volumeClaims::remove));
        nodes = client.nodes().runnableInformer(0);
        nodes.itemStore(new ReducedStore<>(ClusterWatch::remembered));
        nodes.addEventHandler(handler(
                node -> feed.nodePut(NodeInfo.of(node, names)), node -> feed.nodeRemoved(NodeInfo.of(node, names))));
        pods = client.pods()
                .inAnyNamespace()
                .withoutField("status.phase", "Succeeded")
                .withoutField("status.phase", "Failed")
                .runnableInformer(0);
        pods.itemStore(new ReducedStore<>(ClusterWatch::remembered));
        pods.addEventHandler(
                handler(pod -> feed.podPut(PodInfo.of(pod, names)), pod -> feed.podRemoved(PodInfo.of(pod, names))));
    }

    /** Starts them, as often as it takes; done when all have told all there is. */
    CompletableFuture<Void> start() {
        return CompletableFuture.allOf(Stream.of(namespaces, claims, nodes, pods)
                .map(informer -> informer.exceptionHandler((started, failure) -> true)
                        .start()
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    @Override
    public void close() {
        pods.stop();
        nodes.stop();
        claims.stop();
        namespaces.stop();
    }

    private static PersistentVolumeClaim remembered(PersistentVolumeClaim claim) {
        PersistentVolumeClaim kept = new PersistentVolumeClaim();
        kept.setMetadata(claim.getMetadata());
        kept.getMetadata().setManagedFields(null);
        return kept;
    }

    private static Node remembered(Node node) {
        Node kept = new Node();
        kept.setMetadata(node.getMetadata());
        kept.getMetadata().setManagedFields(null);
        return kept;
    }

    private static Pod remembered(Pod pod) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .withResourceVersion(pod.getMetadata().getResourceVersion())
                .endMetadata()
                .withNewSpec()
                .withNodeName(pod.getSpec().getNodeName())
                .endSpec()
                .build();
    }

    private static <T extends HasMetadata> ResourceEventHandler<T> handler(Consumer<T> put, Consumer<T> removed) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                tell(put, object);
            }

            @Override
            public void onUpdate(T before, T after) {
                tell(put, after);
            }

            @Override
            public void onDelete(T object, boolean finalStateUnknown) {
                tell(removed, object);
            }

            /** One object that can't be read must not end the watch for all. */
            private void tell(Consumer<T> what, T object) {
                try {
                    what.accept(object);
                } catch (RuntimeException e) {
                    log.error(
                            "{} {} ignored",
                            object.getKind(),
                            object.getMetadata().getName(),
                            e);
                }
            }
        };
    }

    /** Keeps less of each object than came. */
    private static final class ReducedStore<T extends HasMetadata> extends BasicItemStore<T> {
        private final UnaryOperator<T> reduce;

        ReducedStore(UnaryOperator<T> reduce) {
            super(Cache::metaNamespaceKeyFunc);
            this.reduce = reduce;
        }

        @Override
        public T put(String key, T object) {
            return super.put(key, reduce.apply(object));
        }

        @Override
        public boolean isFullState() {
            return false;
        }
    }
}
