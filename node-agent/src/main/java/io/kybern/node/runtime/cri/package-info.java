/**
 * Containers through the Container Runtime Interface: gRPC on a runtime's unix socket. Messages are generated from
 * {@code cri.proto}, which holds only what is used here; calls are made without generated stubs.
 */
package io.kybern.node.runtime.cri;
