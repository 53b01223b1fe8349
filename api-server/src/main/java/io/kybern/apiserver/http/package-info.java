/** The edge: requests and responses apart from what carries them, and the Vert.x listener that carries them. */
package io.kybern.apiserver.http;
