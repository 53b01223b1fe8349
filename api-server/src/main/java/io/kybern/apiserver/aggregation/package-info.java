/**
 * Groups that other servers serve: which there are by their APIServices, where requests for them go, and what discovery
 * tells of them. Source: {@code kube-aggregator}.
 */
package io.kybern.apiserver.aggregation;
