/** From an Accept header to bytes: JSON, YAML, protobuf, tables and metadata alone. */
package io.kybern.apiserver.negotiation;
