package io.kybern.apiserver.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** Vert.x for the connections of one purpose. It serves no files, so it keeps none: a killed process leaves no folder behind. */
public final class EventLoops {
    private EventLoops() {}

    /** One event loop, one worker. */
    public static Vertx one() {
        return Vertx.vertx(options(1));
    }

    static VertxOptions options(int loops) {
        return new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }
}
