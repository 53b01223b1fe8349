package io.kybern.apiserver.chain;

import io.kybern.apiserver.http.ApiResponse;

/** One step of the chain: answers itself, or passes the exchange on and may look at the answer. Knows no other filter. */
@FunctionalInterface
public interface Filter {
    ApiResponse filter(Exchange exchange, Next next);

    /** The rest of the chain. */
    @FunctionalInterface
    interface Next {
        ApiResponse proceed(Exchange exchange);
    }

    /** One handler out of filters, the first outermost, around what answers in the end. */
    static Next chain(Next handler, Filter... filters) {
        Next next = handler;
        for (int i = filters.length - 1; i >= 0; i--) {
            Filter filter = filters[i];
            Next rest = next;
            next = exchange -> filter.filter(exchange, rest);
        }
        return next;
    }
}
