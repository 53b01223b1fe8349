package io.kybern.operators.controller;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** What the server's refusals mean to a controller. */
public final class Failures {
    private Failures() {}

    public static boolean isNotFound(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }

    public static boolean isConflict(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_CONFLICT && !isAlreadyExists(e);
    }

    public static boolean isAlreadyExists(KubernetesClientException e) {
        return e.getStatus() != null && "AlreadyExists".equals(e.getStatus().getReason());
    }

    /** Nothing can be created in a namespace that is on its way out: no failure of the controller. */
    public static boolean isNamespaceTerminating(KubernetesClientException e) {
        return e.getStatus() != null
                && e.getStatus().getDetails() != null
                && e.getStatus().getDetails().getCauses().stream()
                        .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
    }

    /** What the server said, without the client's words around it. */
    public static String message(KubernetesClientException e) {
        if (e.getStatus() != null && e.getStatus().getMessage() != null) {
            return e.getStatus().getMessage();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
