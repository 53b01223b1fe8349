/** Kinds of the policy group: one strategy a kind. */
package io.kybern.apiserver.registry.policy;
