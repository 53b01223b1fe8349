package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLoopsTest {
    @Test
    void noFolderIsMade(@TempDir Path folder) throws Exception {
        VertxOptions options = EventLoops.options(1);
        options.getFileSystemOptions().setFileCacheDir(folder.resolve("cache").toString());
        Vertx vertx = Vertx.vertx(options);
        try {
            assertThat(folder).isEmptyDirectory();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }
}
