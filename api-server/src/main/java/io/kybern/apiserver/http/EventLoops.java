package io.kybern.apiserver.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.TimeUnit;

/**
 * Vert.x for the connections of one purpose. It serves no files, so it keeps none: a killed process leaves no folder behind. Whether a
 * loop is blocked, which none should ever be, is looked at now and then: an idle process should sleep.
 */
public final class EventLoops {
    private static final int LOOK_SECONDS = 60;

    private EventLoops() {}

    /** One event loop, one worker. */
    public static Vertx one() {
        return Vertx.vertx(options(1));
    }

    static VertxOptions options(int loops) {
        return new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(1)
                .setBlockedThreadCheckInterval(LOOK_SECONDS)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.SECONDS)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }
}
