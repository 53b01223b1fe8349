/** Whole clusters, used as their users do: by Fabric8 and by kubectl. */
package io.kybern.conformance.endtoend;
