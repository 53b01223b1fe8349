/** Questions to running containers: liveness, readiness and startup probes, and lifecycle hooks. */
package io.kybern.node.probe;
