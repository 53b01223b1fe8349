/**
 * Keys and certificates of a cluster: {@link io.kybern.apiserver.pki.Pki} makes them when they are first needed and keeps
 * them in the data directory. Elliptic curves for everything but service account tokens: a new cluster's certificates
 * take milliseconds.
 */
package io.kybern.apiserver.pki;
