/**
 * What the server measures of itself, in Prometheus' text form and under the original's names where what is measured is the
 * same. Counting costs an addition; texts are made when they are asked for.
 */
package io.kybern.apiserver.metrics;
