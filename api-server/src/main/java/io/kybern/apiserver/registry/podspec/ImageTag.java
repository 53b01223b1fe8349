package io.kybern.apiserver.registry.podspec;

/** The tag of an image reference. Source: {@code pkg/util/parsers.ParseImageName}. */
final class ImageTag {
    private ImageTag() {}

    /** Whether the image names, or implies, the tag {@code latest}; one with a digest and no tag does not. */
    static boolean isLatest(String image) {
        boolean digest = image.contains("@");
        String name = digest ? image.substring(0, image.indexOf('@')) : image;
        int colon = name.lastIndexOf(':');
        boolean tagged = colon > name.lastIndexOf('/');
        if (!isReference(name)) {
            return false;
        }
        return tagged ? name.substring(colon + 1).equals("latest") : !digest;
    }

    /** What can't be parsed has no tag. */
    private static boolean isReference(String name) {
        int colon = name.lastIndexOf(':');
        String repository = colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
        int slash = repository.indexOf('/');
        String path =
                slash > 0 && isHost(repository.substring(0, slash)) ? repository.substring(slash + 1) : repository;
        return !path.isEmpty()
                && path.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "._-/".indexOf(c) >= 0)
                && Character.isLetterOrDigit(path.charAt(0))
                && Character.isLetterOrDigit(path.charAt(path.length() - 1));
    }

    private static boolean isHost(String first) {
        return first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(java.util.Locale.ROOT));
    }
}
