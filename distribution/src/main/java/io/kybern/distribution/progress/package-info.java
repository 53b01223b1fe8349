/** What a starting server tells the command that waits for it: one line an event, over the server's standard output. */
package io.kybern.distribution.progress;
