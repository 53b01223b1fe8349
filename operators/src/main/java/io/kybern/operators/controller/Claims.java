package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose is an object: an owner keeps what refers to it and matches its selector, adopts what matches and is nobody's,
 * and releases what no longer matches.
 */
public final class Claims {
    private final KubernetesClient client;

    public Claims(KubernetesClient client) {
        this.client = client;
    }

    /** What an owner does about an object. */
    public enum Verdict {
        KEEP,
        ADOPT,
        RELEASE,
        IGNORE
    }

    /** Pure. An owner that is being deleted neither adopts nor releases. */
    public static Verdict decide(HasMetadata owner, Selector selector, HasMetadata object) {
        boolean matches = selector.matches(object);
        var controller = Owners.controllerOf(object);
        if (controller.isPresent()) {
            if (!controller.get().getUid().equals(owner.getMetadata().getUid())) {
                return Verdict.IGNORE;
            }
            if (matches) {
                return Verdict.KEEP;
            }
            return PodState.isDeleting(owner) ? Verdict.IGNORE : Verdict.RELEASE;
        }
        return matches && !PodState.isDeleting(owner) && !PodState.isDeleting(object) ? Verdict.ADOPT : Verdict.IGNORE;
    }

    /**
     * Decides on each candidate and acts; answers with what is the owner's now.
     *
     * @throws KubernetesClientException what the server refuses, after all have been tried
     */
    public <T extends HasMetadata> List<T> claim(HasMetadata owner, Selector selector, List<T> candidates) {
        List<T> claimed = new ArrayList<>();
        Optional<Boolean> mayAdopt = Optional.empty();
        Optional<KubernetesClientException> failure = Optional.empty();
        for (T object : candidates) {
            try {
                switch (decide(owner, selector, object)) {
                    case KEEP -> claimed.add(object);
                    case RELEASE -> release(owner, object);
                    case ADOPT -> {
                        if (mayAdopt.isEmpty()) {
                            mayAdopt = Optional.of(isAlive(owner));
                        }
                        if (mayAdopt.get() && adopt(owner, object)) {
                            claimed.add(object);
                        }
                    }
                    case IGNORE -> {}
                }
            } catch (KubernetesClientException e) {
                failure = failure.or(() -> Optional.of(e));
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return claimed;
    }

    /** The cache may be old: only an owner that the server still has, and does not delete, may adopt. */
    private boolean isAlive(HasMetadata owner) {
        HasMetadata live = client.resources(owner.getClass())
                .inNamespace(owner.getMetadata().getNamespace())
                .withName(owner.getMetadata().getName())
                .get();
        return live != null
                && live.getMetadata().getUid().equals(owner.getMetadata().getUid())
                && !PodState.isDeleting(live);
    }

    private boolean adopt(HasMetadata owner, HasMetadata object) {
        return patch(object, Owners.controllerReference(owner));
    }

    private void release(HasMetadata owner, HasMetadata object) {
        patch(object, Map.of("$patch", "delete", "uid", owner.getMetadata().getUid()));
    }

    /** False if the object is gone, or is another one by now. */
    private boolean patch(HasMetadata object, Object reference) {
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of(
                        "metadata",
                        Map.of(
                                "uid", object.getMetadata().getUid(),
                                "ownerReferences", List.of(reference))));
        try {
            client.resources(object.getClass())
                    .inNamespace(object.getMetadata().getNamespace())
                    .withName(object.getMetadata().getName())
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch);
            return true;
        } catch (KubernetesClientException e) {
            if (Failures.isNotFound(e) || e.getCode() == 422) {
                return false;
            }
            throw e;
        }
    }
}
