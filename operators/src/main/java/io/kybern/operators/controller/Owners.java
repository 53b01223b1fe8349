package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.informer.SharedInformers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who controls an object, and what somebody controls. */
public final class Owners {
    private static final String BY_CONTROLLER = "controller";
    private static final String ORPHAN = "orphan/";

    private Owners() {}

    /** The reference to the one owner that manages {@code object}. */
    public static Optional<OwnerReference> controllerOf(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .findFirst();
    }

    public static boolean isControlledBy(HasMetadata object, HasMetadata owner) {
        return controllerOf(object)
                .filter(reference ->
                        reference.getUid().equals(owner.getMetadata().getUid()))
                .isPresent();
    }

    /** The key of the controller of {@code object}, if that is of {@code kind} in group {@code apiGroup}. */
    public static Optional<ResourceID> controllerKey(HasMetadata object, String kind, String apiGroup) {
        return controllerOf(object)
                .filter(reference -> reference.getKind().equals(kind)
                        && group(reference.getApiVersion()).equals(apiGroup))
                .map(reference ->
                        new ResourceID(reference.getName(), object.getMetadata().getNamespace()));
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** What makes {@code owner} the controller of an object. */
    public static OwnerReference controllerReference(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    /** The informer of {@code kind} with an index that {@link #candidates} and {@link #controlledBy} use. */
    public static <T extends HasMetadata> SharedIndexInformer<T> indexed(SharedInformers informers, Class<T> kind) {
        return informers.indexed(
                kind,
                BY_CONTROLLER,
                object -> List.of(controllerOf(object)
                        .map(OwnerReference::getUid)
                        .orElseGet(() -> ORPHAN + object.getMetadata().getNamespace())));
    }

    /** What {@code owner} controls. */
    public static <T extends HasMetadata> List<T> controlledBy(SharedIndexInformer<T> informer, HasMetadata owner) {
        return informer.getIndexer().byIndex(BY_CONTROLLER, owner.getMetadata().getUid());
    }

    /** What {@code owner} controls, and what nobody controls in its namespace. */
    public static <T extends HasMetadata> List<T> candidates(SharedIndexInformer<T> informer, HasMetadata owner) {
        return Stream.concat(
                        controlledBy(informer, owner).stream(),
                        informer
                                .getIndexer()
                                .byIndex(
                                        BY_CONTROLLER,
                                        ORPHAN + owner.getMetadata().getNamespace())
                                .stream())
                .toList();
    }
}
