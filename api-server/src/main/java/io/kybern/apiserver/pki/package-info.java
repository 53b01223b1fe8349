/**
 * Keys and certificates of a cluster: {@link io.kybern.apiserver.pki.Pki} makes them when they are first needed and keeps
 * them in the data directory. P-256 wherever a client can't be surprised by it:
 * those take milliseconds.
 */
package io.kybern.apiserver.pki;
