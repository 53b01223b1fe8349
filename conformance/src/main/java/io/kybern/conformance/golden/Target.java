package io.kybern.conformance.golden;

import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * The server that is asked, over HTTPS.
 *
 * @param token of a user of the group {@code system:masters}
 * @param patience how long a server may be silent in the middle of an exchange
 * @param longestAwait how long a step that polls for a state may take, at most
 */
public record Target(String host, int port, SSLContext tls, String token, Duration patience, Duration longestAwait) {}
