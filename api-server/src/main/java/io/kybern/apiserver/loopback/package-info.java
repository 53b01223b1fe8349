/** The server as a client of itself. */
package io.kybern.apiserver.loopback;
