package io.kybern.conformance.differential;

/** What is done with a mutated object; nothing is kept. */
enum Verb {
    CREATE("POST", "", "application/json"),
    UPDATE("PUT", "", "application/json"),
    STATUS("PUT", "/status", "application/json"),
    MERGE("PATCH", "", "application/merge-patch+json"),
    STRATEGIC("PATCH", "", "application/strategic-merge-patch+json"),
    APPLY("PATCH", "", "application/apply-patch+yaml");

    private final String method;
    private final String subresource;
    private final String contentType;

    Verb(String method, String subresource, String contentType) {
        this.method = method;
        this.subresource = subresource;
        this.contentType = contentType;
    }

    /** Whether what is sent is the stored object, changed. */
    boolean sendsStored() {
        return this == UPDATE || this == STATUS;
    }

    String method() {
        return method;
    }

    String contentType() {
        return contentType;
    }

    String target(String path) {
        return path + subresource + "?dryRun=All" + (this == APPLY ? "&fieldManager=differ&force=true" : "");
    }
}
