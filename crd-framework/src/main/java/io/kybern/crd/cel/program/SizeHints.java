package io.kybern.crd.cel.program;

import io.kybern.crd.cel.cost.SizeRange;
import java.util.List;
import java.util.Optional;

/** How large what variables hold may be. */
@FunctionalInterface
public interface SizeHints {
    SizeHints NONE = path -> Optional.empty();

    /** @param path a variable and the steps into it: names of fields, {@code @items}, {@code @keys}, {@code @values} */
    Optional<SizeRange> of(List<String> path);
}
