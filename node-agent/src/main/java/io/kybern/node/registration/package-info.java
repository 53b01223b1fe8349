/**
 * How a node makes itself known: the Node object, its status, and the Lease in {@code kube-node-lease} that says that it
 * lives. Periods are upstream's: lease renewal 10 s of 40 s, status every 5 minutes or on change.
 */
package io.kybern.node.registration;
