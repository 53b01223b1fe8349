/**
 * Definitions that others have published, as many as there are, given to a server and to the original: what one accepts, stores,
 * defaults, prunes and refuses, the other does too. {@code upstream/corpus} fetches them; none is kept here.
 */
@NullMarked
package io.kybern.conformance.corpus;

import org.jspecify.annotations.NullMarked;
