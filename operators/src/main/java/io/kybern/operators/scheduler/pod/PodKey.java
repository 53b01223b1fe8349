package io.kybern.operators.scheduler.pod;

/** Which pod, once and for all: a pod made again under the same name has another uid. */
public record PodKey(String namespace, String name, String uid) {
    @Override
    public String toString() {
        return namespace + '/' + name;
    }
}
