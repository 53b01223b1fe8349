/**
 * The node's HTTPS API, which the API server calls for the {@code log}, {@code exec}, {@code attach} and
 * {@code portforward} subresources. This page is the contract between the two.
 *
 * <h2>Where and who</h2>
 * The address is the node's {@code InternalIP}, the port {@code Node.status.daemonEndpoints.kubeletEndpoint.Port}. TLS with
 * a client certificate signed by the CA that the node was configured with: whoever has one may call everything, so only
 * the API server gets one. Without TLS the API listens on loopback only. HTTP/1.1.
 *
 * <h2>Plain requests</h2>
 * <ul>
 *   <li>{@code GET /healthz}: {@code ok}
 *   <li>{@code GET /pods}: a {@code v1 PodList} of the pods bound here
 *   <li>{@code GET /containerLogs/NAMESPACE/POD/CONTAINER}: {@code text/plain}, chunked. Query as of {@code PodLogOptions}:
 *       {@code follow}, {@code previous}, {@code timestamps} (true or false), {@code tailLines}, {@code sinceSeconds},
 *       {@code sinceTime}, {@code limitBytes}
 * </ul>
 * Errors are {@code text/plain} with a sentence for the user: 404 for an unknown pod or container, 400 for a container
 * that has no log yet or a query that can't be read, 501 for what a simulated pod can't do, 500 else. The API server wraps
 * them in a {@code Status}.
 *
 * <h2>Streams</h2>
 * A GET with Upgrade, to a WebSocket or to SPDY/3.1. WebSockets of {@code v5.channel.k8s.io} and {@code v4.channel.k8s.io}:
 * every message is binary and begins with one byte, the channel. SPDY: streams named by the header {@code streamtype}; the
 * header {@code X-Stream-Protocol-Version} of the request offers protocols, that of the answer names one.
 * <ul>
 *   <li>{@code /exec/NAMESPACE/POD/CONTAINER?command=sh&command=-c&input=1&output=1&error=1&tty=1} and
 *       {@code /attach/NAMESPACE/POD/CONTAINER?input=1&output=1&error=1&tty=1} ({@code stdin}, {@code stdout},
 *       {@code stderr} mean the same as input, output, error). Channels: 0 stdin (to the node), 1 stdout, 2 stderr, 3 the
 *       end: a {@code v1 Status} as JSON, {@code Success} or {@code Failure} with reason {@code NonZeroExitCode} and cause
 *       {@code ExitCode}; 4 resize (to the node): {@code {"Width":80,"Height":24}}. In v5 the message {@code 255, 0} to
 *       the node ends stdin. After channel 3 the node closes with 1000. Over SPDY, {@code v4.channel.k8s.io}: streams {@code
 *       error}, {@code stdin}, {@code stdout}, {@code stderr} (not with tty), {@code resize} (with tty), which the client opens
 *       and which mean the same as those channels.
 *   <li>{@code /portForward/NAMESPACE/POD?port=80&port=8080}: the port at index i has data channel 2i and error channel
 *       2i+1. The node begins each channel with a message of the port's number, two bytes, little-endian; a text on an
 *       error channel ends its port. Over SPDY, {@code portforward.k8s.io}, or the same in the binary messages of a WebSocket
 *       {@code SPDY/3.1+portforward.k8s.io}: any number of pairs of streams {@code data} and {@code error} with headers
 *       {@code port} and {@code requestid}.
 * </ul>
 * Should a stream not come about at all (no such pod), the answer is a plain error instead of 101.
 */
package io.kybern.node.server;
