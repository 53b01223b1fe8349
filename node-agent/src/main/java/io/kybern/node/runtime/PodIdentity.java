package io.kybern.node.runtime;

/** Which pod: namespace and name for people, uid for machines (a new pod of the same name is another pod). */
public record PodIdentity(String namespace, String name, String uid) {
    /** The form that upstream uses in messages: {@code name_namespace(uid)}. */
    public String describe() {
        return name + "_" + namespace + "(" + uid + ")";
    }
}
