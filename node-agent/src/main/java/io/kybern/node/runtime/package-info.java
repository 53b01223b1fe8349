/** The seam to whatever runs containers, and the values that cross it. */
package io.kybern.node.runtime;
