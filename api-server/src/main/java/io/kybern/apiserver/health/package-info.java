/** Whether the server lives and is ready. */
package io.kybern.apiserver.health;
