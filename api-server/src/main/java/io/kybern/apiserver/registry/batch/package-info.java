/** Kinds of the batch group: one strategy a kind. */
package io.kybern.apiserver.registry.batch;
