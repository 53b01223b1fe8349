package io.kybern.operators.scheduler.pod;

/** Image references in the form in which nodes report them. */
public final class ImageNames {
    private ImageNames() {}

    /** {@code busybox} is {@code busybox:latest}; a colon before a slash belongs to a port. */
    public static String withTag(String image) {
        return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
    }
}
