/**
 * Controllers that are part of an API server itself: they say in objects what only the server knows, most of it in their
 * status, as the original's post-start hooks do. Whatever needs no server is a controller of the operators module instead.
 */
package io.kybern.apiserver.controller;
