package io.kybern.apiserver.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.http.WebSocket;
import io.kybern.apiserver.http.WebSocketHandler;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InProcessWebSocketTest {
    @Test
    void theClientKnowsTheSocketBeforeAnybodyElseDoes() throws Exception {
        var known = new AtomicReference<WebSocket>();
        var knownAtServer = new AtomicReference<WebSocket>();
        var opened = new CountDownLatch(1);
        var socket = new InProcessWebSocket(
                new WebSocket.Listener() {
                    @Override
                    public void onOpen(WebSocket webSocket) {
                        known.set(webSocket);
                    }
                },
                "v5.channel.k8s.io",
                Thread.ofVirtual().factory());
        socket.open(new WebSocketHandler() {
            @Override
            public String choose(List<String> offered) {
                return offered.getFirst();
            }

            @Override
            public void open(WebSocketHandler.Socket server) {
                knownAtServer.set(known.get());
                opened.countDown();
            }
        });
        assertThat(known.get()).isSameAs(socket);
        assertThat(opened.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(knownAtServer.get()).isSameAs(socket);
    }
}
