package io.kybern.crd.resource;

/** A resource by its plural name within a group; {@code group} is empty for the core group. */
public record GroupResource(String group, String resource) {
    /** As Kubernetes prints it in messages: {@code pods} or {@code deployments.apps}. */
    @Override
    public String toString() {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
