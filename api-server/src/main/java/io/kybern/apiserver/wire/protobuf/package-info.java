/** Kubernetes protobuf, transcoded from and to JSON trees by the wire types' field numbers. */
package io.kybern.apiserver.wire.protobuf;
