package io.kybern.crd.resource;

/** A kind in one version of its group; {@code group} is empty for the core group. */
public record GroupVersionKind(String group, String version, String kind) {
    /** The {@code apiVersion} of the kind's objects: {@code v1} or {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** Splits an {@code apiVersion} at its last slash. */
    public static GroupVersionKind of(String apiVersion, String kind) {
        int slash = apiVersion.lastIndexOf('/');
        return slash < 0
                ? new GroupVersionKind("", apiVersion, kind)
                : new GroupVersionKind(apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
    }
}
