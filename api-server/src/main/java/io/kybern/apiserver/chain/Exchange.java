package io.kybern.apiserver.chain;

import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.endpoint.Warnings;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.RequestInfo;

/** A request on its way through the chain, with what the filters have found out about it. Used by one thread at a time. */
public final class Exchange {
    private final ApiRequest request;
    private final RequestInfo info;
    private final Warnings warnings = new Warnings();
    private final Headers responseHeaders = new Headers();
    private User user = User.ANONYMOUS;

    public Exchange(ApiRequest request) {
        this.request = request;
        this.info = RequestInfo.of(request);
    }

    public ApiRequest request() {
        return request;
    }

    public RequestInfo info() {
        return info;
    }

    public User user() {
        return user;
    }

    public void user(User found) {
        this.user = found;
    }

    public Warnings warnings() {
        return warnings;
    }

    /** Headers that whatever is answered will carry. */
    public Headers responseHeaders() {
        return responseHeaders;
    }
}
