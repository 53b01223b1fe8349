package io.kybern.crd.definition;

import java.util.Optional;

/** A strategy that knows where its objects keep what their Scale shows. */
public interface Scalable {
    /** Empty for a version without the {@code scale} subresource. */
    Optional<ScalePaths> scalePaths();
}
