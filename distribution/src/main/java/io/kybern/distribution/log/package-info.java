/** One log file a component, from one process. */
package io.kybern.distribution.log;
