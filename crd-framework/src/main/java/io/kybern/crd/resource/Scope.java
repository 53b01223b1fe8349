package io.kybern.crd.resource;

/** Whether objects of a kind live in a namespace. The text forms are those of discovery and CRDs. */
public enum Scope {
    NAMESPACED("Namespaced"),
    CLUSTER("Cluster");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
