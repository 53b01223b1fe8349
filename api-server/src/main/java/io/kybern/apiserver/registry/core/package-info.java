/** Kinds of the core group: one strategy a kind. */
package io.kybern.apiserver.registry.core;
