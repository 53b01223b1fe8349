package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlushGateTest {
    private int flushes;
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Pacer pacer = new Pacer(channel.eventLoop());

    FlushGateTest() {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                flushes++;
                context.flush();
            }
        });
        channel.pipeline().addLast(new FlushGate(pacer));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void write(String text) {
        channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private String sent() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.append(next.toString(StandardCharsets.UTF_8));
            next.release();
        }
        return all.toString();
    }

    @Test
    void whatStreamsWriteOneAfterTheOtherIsSentTogether() {
        for (int i = 0; i < 5; i++) {
            String text = i + ";";
            pacer.submit(() -> write(text));
        }
        channel.runPendingTasks();
        assertThat(flushes).isEqualTo(1);
        assertThat(sent()).isEqualTo("0;1;2;3;4;");
    }

    @Test
    void whatAnyoneElseWritesIsSentAtOnce() {
        write("a");
        write("b");
        assertThat(flushes).isEqualTo(2);
        assertThat(sent()).isEqualTo("ab");
    }

    @Test
    void noMoreIsHeldThanARecordOfTls() {
        String text = "x".repeat(6 << 10);
        for (int i = 0; i < 4; i++) {
            pacer.submit(() -> write(text));
        }
        channel.runPendingTasks();
        assertThat(flushes).isEqualTo(2); // of three texts, and of what is left
        assertThat(sent()).hasSize(4 * text.length());
    }

    @Test
    void thePassOfThoseThatWaitedSendsToo() {
        pacer.next(() -> write("a"));
        pacer.next(() -> write("b"));
        channel.advanceTimeBy(1, java.util.concurrent.TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(flushes).isEqualTo(1);
        assertThat(sent()).isEqualTo("ab");
    }
}
