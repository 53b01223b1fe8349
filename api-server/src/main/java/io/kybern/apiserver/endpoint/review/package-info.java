/** Kinds that are answered and not stored: who somebody is, what somebody may do, tokens. */
package io.kybern.apiserver.endpoint.review;
