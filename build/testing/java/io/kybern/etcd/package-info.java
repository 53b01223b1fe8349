/** A real etcd for tests. */
package io.kybern.etcd;
