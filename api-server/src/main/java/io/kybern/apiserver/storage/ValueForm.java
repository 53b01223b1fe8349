package io.kybern.apiserver.storage;

/** How objects are written into a store. All forms are read wherever others may have written them. */
public enum ValueForm {
    /** With what the cache wants to know at a start: nobody else reads it. */
    OWN(""),
    /** As the original does with {@code --storage-media-type=application/json}. */
    JSON("application/json"),
    /** As the original does by default: built-in kinds in its protobuf, but for definitions and API services. */
    PROTOBUF("application/vnd.kubernetes.protobuf");

    private final String mediaType;

    ValueForm(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /**
     * The form of objects in a store that is shared.
     *
     * @throws IllegalArgumentException if none has that media type
     */
    public static ValueForm ofShared(String mediaType) {
        for (ValueForm form : values()) {
            if (form != OWN && form.mediaType.equals(mediaType)) {
                return form;
            }
        }
        throw new IllegalArgumentException(
                "objects are stored as " + JSON.mediaType + " or " + PROTOBUF.mediaType + ", not as " + mediaType);
    }
}
