/**
 * Which resources there are and what is special about each kind: one file a kind under {@code registry.<group>}, one
 * line a kind in {@code BuiltinStrategies}.
 */
package io.kybern.apiserver.registry;
