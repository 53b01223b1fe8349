package io.kybern.node.runtime.simulated;

import io.kybern.node.runtime.ContainerRuntime.StreamOptions;
import io.kybern.node.runtime.ContainerRuntime.StreamOutput;
import io.kybern.node.runtime.ContainerRuntime.StreamSession;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What simulated commands read and write: three pipes, or a terminal, which echoes what is typed, hands it on line by line and
 * takes Ctrl-D for the end. Commands run on a virtual thread of their own.
 */
final class SimulatedTerminal implements StreamSession {
    /** The end of input. */
    private static final byte[] END = new byte[0];
    /** Pieces of input that may wait; then whoever sends them waits. */
    private static final int WAITING = 64;

    private static final int END_OF_TEXT = 3;
    private static final int END_OF_TRANSMISSION = 4;
    private static final int DELETE = 127;
    private static final int INTERRUPTED = 130;

    private record Size(int columns, int rows) {}

    /** What runs at the terminal; its result is the exit code. */
    @FunctionalInterface
    interface Program {
        int run() throws InterruptedException;
    }

    private final StreamOptions options;
    private final StreamOutput output;
    private final BlockingQueue<byte[]> input = new ArrayBlockingQueue<>(WAITING);
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private final ByteArrayOutputStream typed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
    private volatile Size size = new Size(0, 0);
    private boolean over;

    SimulatedTerminal(StreamOptions options, StreamOutput output) {
        this.options = options;
        this.output = output;
    }

    void start(Program program) {
        if (!options.stdin()) {
            input.add(END);
        }
        thread.set(Thread.ofVirtual().name("simulated-process").start(() -> {
            try {
                end(program.run());
            } catch (InterruptedException closed) {
                end(INTERRUPTED);
            }
        }));
    }

    /** Tells how it ended, once. */
    void end(int code) {
        if (ended.compareAndSet(false, true)) {
            output.ended(status(code));
        }
    }

    boolean ended() {
        return ended.get();
    }

    private static String status(int code) {
        return code == 0
                ? "{\"metadata\":{},\"status\":\"Success\"}"
                : "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"command terminated with non-zero exit code: exit"
                        + " status " + code + "\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":"
                        + "\"ExitCode\",\"message\":\"" + code + "\"}]}}";
    }

    // ---- for the commands

    /** What has come, by line at a terminal; empty at the end. */
    Optional<byte[]> read() throws InterruptedException {
        if (unread.size() > 0) {
            byte[] rest = unread.toByteArray();
            unread.reset();
            return Optional.of(rest);
        }
        if (over) {
            return Optional.empty();
        }
        byte[] piece = input.take();
        over = piece.length == 0;
        return over ? Optional.empty() : Optional.of(piece);
    }

    /** The next line without its end; empty when there is no more. */
    Optional<String> readLine() throws InterruptedException {
        var line = new ByteArrayOutputStream();
        for (Optional<byte[]> piece = read(); piece.isPresent(); piece = read()) {
            byte[] bytes = piece.get();
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    unread.write(bytes, i + 1, bytes.length - i - 1);
                    return Optional.of(line.toString(StandardCharsets.UTF_8));
                }
                line.write(bytes[i]);
            }
        }
        return line.size() == 0 ? Optional.empty() : Optional.of(line.toString(StandardCharsets.UTF_8));
    }

    void output(byte[] bytes) {
        write(options.tty() ? forTerminal(bytes) : bytes, options.stdout(), false);
    }

    void error(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (options.tty()) {
            output(bytes);
        } else {
            write(bytes, options.stderr(), true);
        }
    }

    /** Shown at terminals only. */
    void prompt(String text) {
        if (options.tty()) {
            output(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    int columns() {
        return size.columns();
    }

    int rows() {
        return size.rows();
    }

    private static byte[] forTerminal(byte[] bytes) {
        var out = new ByteArrayOutputStream(bytes.length + 8);
        for (byte b : bytes) {
            if (b == '\n') {
                out.write('\r');
            }
            out.write(b);
        }
        return out.toByteArray();
    }

    private void write(byte[] bytes, boolean wanted, boolean error) {
        if (!wanted || ended.get()) {
            return;
        }
        writing.lock();
        try {
            if (error) {
                output.stderr(bytes);
            } else {
                output.stdout(bytes);
            }
        } finally {
            writing.unlock();
        }
    }

    // ---- for the client

    @Override
    public void stdin(byte[] data) {
        if (!options.tty()) {
            put(data);
            return;
        }
        for (byte b : data) {
            type(b);
        }
    }

    private void type(int b) {
        switch (b) {
            case '\r', '\n' -> {
                output(new byte[] {'\n'});
                typed.write('\n');
                put(typed.toByteArray());
                typed.reset();
            }
            case END_OF_TRANSMISSION -> {
                if (typed.size() == 0) {
                    put(END);
                }
            }
            case END_OF_TEXT -> end(INTERRUPTED);
            case DELETE -> {
                byte[] line = typed.toByteArray();
                if (line.length > 0) {
                    typed.reset();
                    typed.write(line, 0, line.length - 1);
                    output(new byte[] {'\b', ' ', '\b'});
                }
            }
            default -> {
                typed.write(b);
                output(new byte[] {(byte) b});
            }
        }
    }

    private void put(byte[] piece) {
        try {
            if (!ended.get()) {
                input.put(piece);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stdinEnd() {
        put(END);
    }

    @Override
    public void resize(int columns, int rows) {
        size = new Size(columns, rows);
    }

    /** The client has gone: so does the command, and nobody hears of it. */
    @Override
    public void close() {
        ended.set(true);
        Thread running = thread.get();
        if (running != null) {
            running.interrupt();
        }
    }
}
