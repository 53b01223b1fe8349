package io.kybern.crd.resource;

/**
 * What a kind's own validation says of metadata, besides what is said of every object. Kinds upstream differ in how much of
 * the common rules they ask for once more, and clients see each complaint as often as it is made.
 *
 * @param finalizerNames finalizers must be qualified names or among the few that Kubernetes itself uses
 * @param wholeOnUpdate an update is checked as a new object is, its name included
 * @param changeOnUpdate an update is checked for what no update may change
 */
public record MetadataRules(boolean finalizerNames, boolean wholeOnUpdate, boolean changeOnUpdate) {
    /** Most kinds. */
    public static final MetadataRules CHANGE = new MetadataRules(true, false, true);

    public static final MetadataRules WHOLE = new MetadataRules(true, true, false);

    public static final MetadataRules WHOLE_AND_CHANGE = new MetadataRules(true, true, true);

    public static final MetadataRules NOTHING = new MetadataRules(false, false, false);

    /** The same for a kind that takes any qualified word as a finalizer. */
    public MetadataRules withAnyFinalizer() {
        return new MetadataRules(false, wholeOnUpdate, changeOnUpdate);
    }
}
