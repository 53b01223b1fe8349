/**
 * The store in etcd, through jetcd: {@link io.kybern.apiserver.storage.etcd.EtcdStore} is the way in. Its keys and values are the
 * original's, so that servers of both kinds can work on one etcd.
 */
@NullMarked
package io.kybern.apiserver.storage.etcd;

import org.jspecify.annotations.NullMarked;
