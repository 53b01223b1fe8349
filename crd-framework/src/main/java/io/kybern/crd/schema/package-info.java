/** Structural schemas: what they say, and what follows for a value (defaults, pruning, validation, unknown fields). */
package io.kybern.crd.schema;
