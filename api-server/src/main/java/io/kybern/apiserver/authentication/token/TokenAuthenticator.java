package io.kybern.apiserver.authentication.token;

import io.kybern.apiserver.authentication.User;
import java.util.List;

/** Finds out whose a bearer token is. Answers from memory and never blocks; called on event loops. */
@FunctionalInterface
public interface TokenAuthenticator {
    /** @param audiences one of which the token must be meant for */
    Answer authenticate(String token, List<String> audiences);

    /** What is known of a token. */
    sealed interface Answer {
        /** Its user, and those of the wanted audiences that it is meant for. */
        record Known(User user, List<String> audiences) implements Answer {
            public Known {
                audiences = List.copyOf(audiences);
            }
        }

        /** A token of another kind, or nobody's. */
        record Unknown() implements Answer {}

        /** A token of this kind that is not or no longer good. */
        record Refused(String why) implements Answer {}
    }
}
