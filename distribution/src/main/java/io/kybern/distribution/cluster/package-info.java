/** A cluster as it lies on disk and, perhaps, runs as a process. */
package io.kybern.distribution.cluster;
