/** What this server says it is. */
package io.kybern.apiserver.version;
