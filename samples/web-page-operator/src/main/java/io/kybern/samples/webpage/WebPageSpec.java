package io.kybern.samples.webpage;

import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** What is wanted. */
public class WebPageSpec {
    @Required
    private String html = "";

    @Default("1")
    @Min(0) @Max(10) private int replicas = 1;

    /** The whole document. */
    public String getHtml() {
        return html;
    }

    public void setHtml(String html) {
        this.html = html;
    }

    /** How many servers show it. */
    public int getReplicas() {
        return replicas;
    }

    public void setReplicas(int replicas) {
        this.replicas = replicas;
    }
}
