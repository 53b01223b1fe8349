/** What is left when a server's process is killed in the middle of its work. */
package io.kybern.conformance.crash;
