package io.kybern.conformance.robustness.check;

import io.kybern.conformance.robustness.history.Version;

/**
 * What a revision did to an object.
 *
 * @param version the new state, or the last one with the revision of the deletion
 */
record Effect(Version version, boolean deletes) {
    long revision() {
        return version.revision();
    }

    String key() {
        return version.key();
    }
}
