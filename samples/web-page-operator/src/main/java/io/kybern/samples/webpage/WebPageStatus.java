package io.kybern.samples.webpage;

/** What is the case. */
public class WebPageStatus {
    private long observedGeneration;
    private int readyReplicas;
    private String url = "";

    /** The version of the spec that this status is about. */
    public long getObservedGeneration() {
        return observedGeneration;
    }

    public void setObservedGeneration(long observedGeneration) {
        this.observedGeneration = observedGeneration;
    }

    public int getReadyReplicas() {
        return readyReplicas;
    }

    public void setReadyReplicas(int readyReplicas) {
        this.readyReplicas = readyReplicas;
    }

    /** Where the page can be read inside the cluster. */
    public String getUrl() {
        return url;
    }

    public void setUrl(String url) {
        this.url = url;
    }
}
