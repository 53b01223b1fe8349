package io.kybern.conformance.process;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * TLS 1.3 to a server of this machine, by BoringSSL where it is on the class path: what one who measures spends on decrypting is missing
 * to the server on the same processors. The server's certificate isn't looked at, since both ends are ours. Blocks; for one thread
 * at a time, but {@link #close} may be called from any.
 */
final class TlsSocket implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    /** Longer than anything that is measured; ends a run that hangs. */
    private static final int READ_MILLIS = 60_000;

    private static final ByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final SSLEngine engine;
    /** What came and is not decrypted yet, between position and limit. */
    private final ByteBuffer encrypted = ByteBuffer.wrap(new byte[128 << 10]).limit(0);

    private final ByteBuffer sending = ByteBuffer.wrap(new byte[32 << 10]);
    private ByteBuffer message = ByteBuffer.allocate(4 << 10);

    private TlsSocket(Socket socket, SslContext tls) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.engine = tls.newEngine(BUFFERS);
    }

    static TlsSocket open(Address address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_MILLIS);
            TlsSocket tls = new TlsSocket(socket, address.tls().http1());
            tls.handshake();
            return tls;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void handshake() throws IOException {
        engine.beginHandshake();
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
            switch (status) {
                case NEED_WRAP -> status = wrap(ByteBuffer.allocate(0)).getHandshakeStatus();
                case NEED_TASK -> {
                    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                    status = engine.getHandshakeStatus();
                }
                default -> {
                    SSLEngineResult result = engine.unwrap(encrypted, ByteBuffer.allocate(32 << 10));
                    if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                        receive();
                    }
                    status = result.getHandshakeStatus();
                }
            }
        }
    }

    /** Writes bytes, with others put in at a position. */
    void write(byte[] bytes, int position, byte[] others) throws IOException {
        int length = bytes.length + others.length;
        if (message.capacity() < length) {
            message = ByteBuffer.allocate(length);
        }
        message.clear()
                .put(bytes, 0, position)
                .put(others)
                .put(bytes, position, bytes.length - position)
                .flip();
        while (message.hasRemaining()) {
            wrap(message);
        }
    }

    private SSLEngineResult wrap(ByteBuffer plain) throws IOException {
        SSLEngineResult result = engine.wrap(plain, sending.clear());
        if (result.getStatus() != SSLEngineResult.Status.OK) {
            throw new SSLException("can't encrypt: " + result);
        }
        out.write(sending.array(), 0, sending.position());
        return result;
    }

    /** Fills the array from its start with what is there, at least one byte; tells how many. */
    int read(byte[] into) throws IOException {
        ByteBuffer plain = ByteBuffer.wrap(into);
        while (true) {
            SSLEngineResult result = engine.unwrap(encrypted, plain);
            switch (result.getStatus()) {
                case OK -> {
                    if (result.bytesConsumed() == 0 && plain.position() > 0) {
                        return plain.position();
                    }
                }
                case BUFFER_OVERFLOW -> {
                    return plain.position();
                }
                case BUFFER_UNDERFLOW -> {
                    if (plain.position() > 0) {
                        return plain.position();
                    }
                    receive();
                }
                case CLOSED -> throw new EOFException("the server has closed the connection");
            }
        }
    }

    private void receive() throws IOException {
        encrypted.compact();
        int read = in.read(encrypted.array(), encrypted.position(), encrypted.remaining());
        if (read < 0) {
            throw new EOFException("the server has closed the connection");
        }
        encrypted.position(encrypted.position() + read).flip();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing more is wanted of it
        }
    }
}
