/** The server process as the command sees it: what it is told and how it is launched. */
package io.kybern.distribution.server;
