/**
 * The server's way to the nodes: {@code log}, {@code exec}, {@code attach} and {@code portforward} of pods go to the
 * kubelet's HTTPS API with a client certificate, proxies to pods, services and nodes go straight there. Streams are relayed
 * from event loop to event loop.
 */
package io.kybern.apiserver.kubelet;
