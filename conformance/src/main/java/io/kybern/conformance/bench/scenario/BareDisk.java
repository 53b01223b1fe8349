package io.kybern.conformance.bench.scenario;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** What the disk gives to one who writes 1 KiB after the other and syncs each. */
final class BareDisk {
    private static final long WINDOW_BYTES = 16L << 20;
    private static final Duration TIME = Duration.ofSeconds(2);

    private BareDisk() {}

    static double syncsASecond(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "syncs", "");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            // as logs of stores do: the file has its length before, so that there is no metadata to write
            channel.write(ByteBuffer.allocate((int) WINDOW_BYTES));
            channel.force(true);
            ByteBuffer kibibyte = ByteBuffer.allocateDirect(1 << 10);
            long begin = System.nanoTime();
            long syncs = 0;
            for (; System.nanoTime() - begin < TIME.toNanos(); syncs++) {
                channel.write(kibibyte.clear(), (syncs << 10) % WINDOW_BYTES);
                channel.force(false);
            }
            return syncs * 1e9 / (System.nanoTime() - begin);
        } finally {
            Files.delete(file);
        }
    }
}
