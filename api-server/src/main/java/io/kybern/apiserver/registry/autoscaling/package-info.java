/** Kinds of the autoscaling group: one strategy a kind. */
package io.kybern.apiserver.registry.autoscaling;
