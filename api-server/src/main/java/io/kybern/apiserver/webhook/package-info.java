/** Calls of webhooks over HTTPS, whatever they are asked: where they listen, whom they are trusted by, what bounds them. */
package io.kybern.apiserver.webhook;
