/** Label and field selectors: parsed once, matched against what the cache has extracted, with the original's error texts. */
@NullMarked
package io.kybern.apiserver.selector;

import org.jspecify.annotations.NullMarked;
