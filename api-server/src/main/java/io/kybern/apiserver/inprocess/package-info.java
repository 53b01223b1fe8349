/**
 * The Fabric8 client's way to a server of the same process: an implementation of its HTTP client that calls the request
 * pipeline, with no socket and no TLS. The one package that knows Fabric8, and an optional dependency of it: without
 * {@code kubernetes-client-api} nothing else is missing.
 */
package io.kybern.apiserver.inprocess;
