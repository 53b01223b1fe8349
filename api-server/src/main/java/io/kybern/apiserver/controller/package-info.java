/**
 * Controllers that are part of an API server itself: they say in the status of objects what only the server knows, as the
 * original's post-start hooks do. Whatever needs no server is a controller of the operators module instead.
 */
package io.kybern.apiserver.controller;
