package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.net.URI;

import redis.embedded.RedisServer;

/** A real redis-server from a jar, for the time of a run, on a free port of 127.0.0.1. Keeps nothing; pub/sub readers may lag. */
public final class TestRedis implements AutoCloseable {
    private final RedisServer server;
    private final URI uri;

    private TestRedis(RedisServer server, URI uri) {
        this.server = server;
        this.uri = uri;
    }

    /** Starts it; returns once it answers. */
    public static TestRedis start() throws IOException {
        int port = ServerProcess.freePort();
        RedisServer server = RedisServer.builder().port(port).bind("127.0.0.1").setting("save \"\"")
                .setting("client-output-buffer-limit pubsub 0 0 0").build();
        server.start();
        return new TestRedis(server, URI.create("redis://127.0.0.1:" + port));
    }

    /** {@code redis://127.0.0.1:port} */
    public URI uri() {
        return uri;
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }
}
