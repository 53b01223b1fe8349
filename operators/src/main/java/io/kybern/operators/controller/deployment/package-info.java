/** Rolls Deployments out by growing one ReplicaSet and shrinking others. */
@NullMarked
package io.kybern.operators.controller.deployment;

import org.jspecify.annotations.NullMarked;
