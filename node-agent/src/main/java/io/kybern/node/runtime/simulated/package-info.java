/** A runtime that runs nothing, for tests and for thousands of nodes in one process. */
package io.kybern.node.runtime.simulated;
