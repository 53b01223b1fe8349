/**
 * What a Kubernetes kind is, as a library with no I/O.
 *
 * <p>{@link io.kybern.crd.resource} is the record of a kind and its strategy, {@link io.kybern.crd.schema} what its
 * objects look like. {@link io.kybern.crd.definition} makes a kind of a CustomResourceDefinition. Writes go through
 * {@link io.kybern.crd.patch} (ordinary patches) and {@link io.kybern.crd.merge} (server-side apply and managed fields
 * of every write). {@link io.kybern.crd.field} collects complaints; {@link io.kybern.crd.name},
 * {@link io.kybern.crd.net}, {@link io.kybern.crd.label} and {@link io.kybern.crd.value} know the forms of small things.
 */
package io.kybern.crd;
