/**
 * Custom kinds: from a CustomResourceDefinition to a resource definition, and the rules that a CustomResourceDefinition
 * itself must keep. {@link io.kybern.crd.definition.CustomDefinition} is the way in.
 */
package io.kybern.crd.definition;
