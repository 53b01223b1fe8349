/** Kinds of the apps group: one strategy a kind. */
package io.kybern.apiserver.registry.apps;
