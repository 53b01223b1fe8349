package io.kybern.operators.event;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.util.Optional;

/**
 * Something worth telling about an object.
 *
 * @param regarding the object
 * @param related another object that took part
 * @param reason why, as one word for machines ({@code SuccessfulCreate})
 * @param action what was tried ({@code Binding}); empty where the older form of Events is written
 * @param message for people; longer than 1,024 characters is cut
 */
public record EventNote(
        ObjectReference regarding,
        Optional<ObjectReference> related,
        Type type,
        String reason,
        String action,
        String message) {
    private static final int MAX_MESSAGE = 1024;

    public EventNote {
        message = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
    }

    /** How bad it is; the names are the wire's. */
    public enum Type {
        Normal,
        Warning
    }

    public static EventNote normal(HasMetadata object, String reason, String message) {
        return new EventNote(reference(object), Optional.empty(), Type.Normal, reason, "", message);
    }

    public static EventNote warning(HasMetadata object, String reason, String message) {
        return new EventNote(reference(object), Optional.empty(), Type.Warning, reason, "", message);
    }

    public EventNote withAction(String newAction) {
        return new EventNote(regarding, related, type, reason, newAction, message);
    }

    public EventNote withRelated(HasMetadata object) {
        return new EventNote(regarding, Optional.of(reference(object)), type, reason, action, message);
    }

    /** What refers to {@code object} at its present version. */
    public static ObjectReference reference(HasMetadata object) {
        var metadata = object.getMetadata();
        return new ObjectReferenceBuilder()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .withResourceVersion(metadata.getResourceVersion())
                .build();
    }
}
