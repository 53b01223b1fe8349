/** The {@code kybern} command: one class for each word after it. */
package io.kybern.distribution.command;
