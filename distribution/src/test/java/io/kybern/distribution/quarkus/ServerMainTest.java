package io.kybern.distribution.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ServerMainTest {
    @Test
    void theReasonIsWhatFailedAndWhatIsAtTheBottomOfIt() {
        assertThat(reason("no store", new IOException("disk full"))).isEqualTo("no store: disk full");
        assertThat(reason("no store: disk full", new IOException("disk full"))).isEqualTo("no store: disk full");
    }

    @Test
    void aBottomThatSaysNothingIsLeftOut() {
        assertThat(reason("etcd does not answer", new TimeoutException())).isEqualTo("etcd does not answer");
    }

    private static String reason(String message, Exception cause) {
        return ServerMain.reason(new IllegalStateException(message, new IllegalStateException(message, cause)));
    }
}
