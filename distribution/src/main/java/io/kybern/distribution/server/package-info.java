/** The server process: what it is told, how it is launched and what it does around the components. */
package io.kybern.distribution.server;
