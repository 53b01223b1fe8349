/** Volumes and claims that are to be deleted stay while they are in use. */
package io.kybern.operators.controller.volumeprotection;
