/**
 * What an application that hosts an {@link io.kybern.apiserver.ApiServer} and speaks CDI, MicroProfile Config and Health finds
 * ready: the settings, a bean that holds the running server, and its health. Made for Quarkus; the rest of the server
 * knows nothing of it, and its libraries are the host's to bring.
 */
package io.kybern.apiserver.quarkus;
