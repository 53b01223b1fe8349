/** ClusterRoles that are made of others. */
package io.kybern.operators.controller.clusterroleaggregation;
