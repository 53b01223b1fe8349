package io.kybern.operators.controller.history;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kybern.operators.controller.Claims;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.informer.SharedInformers;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ControllerRevisions of one owner and another. Source: {@code pkg/controller/history}. */
public final class Revisions {
    /** Oldest first. */
    public static final Comparator<ControllerRevision> BY_NUMBER = Comparator.comparingLong(
                    ControllerRevision::getRevision)
            .thenComparing(PodState::createdAt)
            .thenComparing(revision -> revision.getMetadata().getName());

    private static final int LONGEST_PREFIX = 223;

    private final KubernetesClient client;
    private final SharedIndexInformer<ControllerRevision> cached;
    private final Claims claims;

    public Revisions(KubernetesClient client, SharedInformers informers) {
        this.client = client;
        this.cached = Owners.indexed(informers, ControllerRevision.class);
        this.claims = new Claims(client);
    }

    /** What {@code owner} has kept, oldest first; adopts what is nobody's and matches. */
    public List<ControllerRevision> of(HasMetadata owner, Selector selector) {
        return claims.claim(owner, selector, Owners.candidates(cached, owner)).stream()
                .sorted(BY_NUMBER)
                .toList();
    }

    /** A revision that does not exist yet. */
    public static ControllerRevision fresh(
            HasMetadata owner,
            @Nullable Map<String, String> templateLabels,
            TemplatePatch patch,
            String hashLabel,
            String hash,
            long number) {
        Map<String, String> labels = new HashMap<>(templateLabels == null ? Map.of() : templateLabels);
        labels.put(hashLabel, hash);
        String prefix = owner.getMetadata().getName();
        return new ControllerRevisionBuilder()
                .withNewMetadata()
                .withName(
                        (prefix.length() > LONGEST_PREFIX ? prefix.substring(0, LONGEST_PREFIX) : prefix) + "-" + hash)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(owner.getMetadata().getAnnotations())
                .withOwnerReferences(Owners.controllerReference(owner))
                .endMetadata()
                .withData(patch.data())
                .withRevision(number)
                .build();
    }

    /**
     * Creates it. Where it is there already, as the cache is not up to date, that is the answer; where its name is taken by
     * another, there is none.
     */
    public Optional<ControllerRevision> create(ControllerRevision revision) {
        try {
            return Optional.of(client.resource(revision).create());
        } catch (KubernetesClientException e) {
            if (!Failures.isAlreadyExists(e)) {
                throw e;
            }
        }
        ControllerRevision live = client.resources(ControllerRevision.class)
                .inNamespace(revision.getMetadata().getNamespace())
                .withName(revision.getMetadata().getName())
                .get();
        return Optional.ofNullable(live).filter(r -> TemplatePatch.of(r).equals(TemplatePatch.of(revision)));
    }

    /** Makes a former revision the newest, under a new number. */
    public ControllerRevision renumber(ControllerRevision revision, long number) {
        return revision.getRevision() == number
                ? revision
                : client.resource(new ControllerRevisionBuilder(revision)
                                .withRevision(number)
                                .build())
                        .update();
    }

    public void delete(ControllerRevision revision) {
        client.resources(ControllerRevision.class)
                .inNamespace(revision.getMetadata().getNamespace())
                .withName(revision.getMetadata().getName())
                .delete();
    }

    /**
     * Which of {@code old} go, so that no more than {@code limit} stay that no pod needs. Pure.
     *
     * @param old oldest first
     * @param live names, or whatever {@code name} answers with, of those that are needed
     */
    public static List<ControllerRevision> surplus(List<ControllerRevision> old, Set<String> live, int limit) {
        List<ControllerRevision> idle = old.stream()
                .filter(revision -> !live.contains(revision.getMetadata().getName()))
                .toList();
        return limit < 0 ? List.of() : idle.subList(0, Math.max(0, idle.size() - limit));
    }
}
