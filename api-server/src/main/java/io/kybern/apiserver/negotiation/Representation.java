package io.kybern.apiserver.negotiation;

/**
 * The form in which a client wants an answer.
 *
 * @param version of the {@code meta.k8s.io} form that a projection has: {@code v1} or {@code v1beta1}
 */
public record Representation(Format format, Projection projection, String version, boolean pretty) {
    public static final Representation JSON = new Representation(Format.JSON, Projection.NONE, "", false);

    /** How an answer is encoded. */
    public enum Format {
        JSON("application/json"),
        YAML("application/yaml"),
        PROTOBUF("application/vnd.kubernetes.protobuf");

        private final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }
    }

    /** What of an object is answered. */
    public enum Projection {
        NONE,
        TABLE,
        METADATA
    }

    public boolean plainJson() {
        return format == Format.JSON && projection == Projection.NONE && !pretty;
    }

    public Representation withoutProjection() {
        return projection == Projection.NONE ? this : new Representation(format, Projection.NONE, "", pretty);
    }
}
