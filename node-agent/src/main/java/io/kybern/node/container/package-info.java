/**
 * From a pod's spec to what a runtime takes: environment, images, rights and limits. What can be pure is pure
 * ({@link io.kybern.node.container.Expansion}, {@link io.kybern.node.container.FieldReferences},
 * {@link io.kybern.node.container.ResourceRules}, {@link io.kybern.node.container.SecurityRules}).
 */
package io.kybern.node.container;
