/** Labels and label selectors: validation, matching and how they are printed. */
package io.kybern.crd.label;
