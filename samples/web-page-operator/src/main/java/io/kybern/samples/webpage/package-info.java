/**
 * An operator that publishes web pages: {@link io.kybern.samples.webpage.WebPage} is what people write,
 * {@link io.kybern.samples.webpage.WebPageReconciler} what makes it true.
 */
@NullMarked
package io.kybern.samples.webpage;

import org.jspecify.annotations.NullMarked;
