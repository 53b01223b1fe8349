package io.kybern.conformance.robustness.history;

/**
 * An object as of a revision, as far as a checker looks at it.
 *
 * @param base the mark of the write that has set the whole content
 * @param patched the mark of the last patch since; empty if there was none
 */
public record Version(String key, String uid, long revision, String base, String patched) {
    /** Whether all but the revision is the same: the event of a deletion shows the last content with a new revision. */
    public boolean hasContentOf(Version other) {
        return key.equals(other.key)
                && uid.equals(other.uid)
                && base.equals(other.base)
                && patched.equals(other.patched);
    }

    /** This content at another revision. */
    public Version at(long other) {
        return new Version(key, uid, other, base, patched);
    }
}
