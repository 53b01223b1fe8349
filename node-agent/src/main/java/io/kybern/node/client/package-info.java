/**
 * What the node agent writes to the API server about pods: status patches, deletion confirmations, events. Reads go
 * through informers or the Fabric8 client directly.
 */
package io.kybern.node.client;
