package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.http.StreamSink;
import io.kybern.apiserver.http.WebSocketHandler;
import io.kybern.apiserver.negotiation.EventEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A watch over a WebSocket: one text message an event; base64 or binary where the client asks for it. */
final class WatchSocket implements WebSocketHandler {
    private final WatchStream stream;
    private final EventEncoder encoder;

    WatchSocket(WatchStream stream, EventEncoder encoder) {
        this.stream = stream;
        this.encoder = encoder;
    }

    @Override
    public String choose(List<String> offered) {
        for (String known : new String[] {"base64.binary.k8s.io", "binary.k8s.io"}) {
            if (offered.contains(known)) {
                return known;
            }
        }
        return "";
    }

    @Override
    public void open(Socket socket) {
        stream.start(new Messages(socket));
    }

    /** Cuts what the stream writes into messages. */
    private final class Messages implements StreamSink {
        private final Socket socket;

        Messages(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void write(byte[] bytes) {
            for (byte[] frame : encoder.frames(bytes)) {
                if (socket.protocol().startsWith("base64")) {
                    socket.sendText(Base64.getEncoder().encodeToString(frame));
                } else if (socket.protocol().isEmpty() && encoder.isText()) {
                    socket.sendText(new String(frame, StandardCharsets.UTF_8));
                } else {
                    socket.sendBinary(frame);
                }
            }
        }

        @Override
        public boolean isFull() {
            return socket.isFull();
        }

        @Override
        public void onDrain(Runnable action) {
            socket.onDrain(action);
        }

        @Override
        public void onClose(Runnable action) {
            socket.onClose(action);
        }

        @Override
        public void execute(Runnable action) {
            socket.execute(action);
        }

        @Override
        public void end() {
            socket.close(1000, "");
        }
    }
}
