/**
 * Server-side apply: which manager owns which field of an object, and the merge of what managers apply.
 *
 * <p>Bottom up: a {@link io.kybern.crd.merge.PathElement} names a step into an object, a
 * {@link io.kybern.crd.merge.FieldSet} is a set of paths. {@link io.kybern.crd.merge.Shape} says how a schema makes a
 * value merge; {@link io.kybern.crd.merge.Comparison}, {@link io.kybern.crd.merge.FieldSets},
 * {@link io.kybern.crd.merge.TypedMerge} and {@link io.kybern.crd.merge.Removal} walk trees by it.
 * {@link io.kybern.crd.merge.FieldManager} does what every write needs. Source of the semantics: KEP-555 and
 * structured-merge-diff v6.
 */
package io.kybern.crd.merge;
