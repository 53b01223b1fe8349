package io.kybern.conformance.endtoend;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A program while it runs: what it has printed can be awaited. Closing ends it. */
final class Running implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 90;

    private final Process process;
    private final StringBuilder output = new StringBuilder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final CountDownLatch read = new CountDownLatch(1);

    Running(Process process) {
        this.process = process;
        Thread.ofVirtual().name("output").start(this::read);
    }

    private void read() {
        char[] block = new char[4096];
        try (Reader reader = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            for (int length = reader.read(block); length >= 0; length = reader.read(block)) {
                lock.lock();
                try {
                    output.append(block, 0, length);
                    more.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        } catch (IOException ended) {
            // Closed by us: nobody waits for more.
        } finally {
            read.countDown();
        }
    }

    String output() {
        lock.lock();
        try {
            return output.toString();
        } finally {
            lock.unlock();
        }
    }

    /** Returns as soon as it has printed {@code text}. */
    void awaitOutput(String text) throws InterruptedException {
        long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        lock.lock();
        try {
            while (output.indexOf(text) < 0) {
                if (left <= 0) {
                    throw new AssertionError("not printed within " + PATIENCE_SECONDS + " s: " + text + "\n" + output);
                }
                left = more.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    void type(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Waits for its end and for the last of its output. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("no end within " + PATIENCE_SECONDS + " s:\n" + output());
        }
        if (!read.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("its output did not end:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
