package io.kybern.apiserver.authentication;

import io.kybern.apiserver.http.ApiRequest;
import java.util.Optional;

/** Finds out who makes a request. Answers from memory and never blocks; called on event loops. */
@FunctionalInterface
public interface Authenticator {
    /**
     * The user; empty if the request carries no credentials of this kind.
     *
     * @throws io.kybern.apiserver.error.ApiException 401 for credentials that are wrong
     */
    Optional<User> authenticate(ApiRequest request);
}
