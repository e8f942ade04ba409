package io.tickgate.loadtest.bench;

import io.tickgate.loadtest.swarm.Coding;
import io.tickgate.loadtest.swarm.Kind;

/** What {@link CompressionBench} compares: a server, how its clients connect, and what they ask for. In the table's order. */
enum CodedCase {
    /** The floor of a plain delivery. */
    RAW_PLAIN("raw-loop, plain", CodedServer.RAW_LOOP, Kind.WS, Coding.IDENTITY),
    /** The floor of a frame that was deflated once. */
    RAW_DEFLATE("raw-loop, deflated once, independent", CodedServer.RAW_LOOP, Kind.WS, Coding.DEFLATE),
    /** What the gateway's WebSockets are divided by. */
    WS_PLAIN("tickgate, plain", CodedServer.TICKGATE, Kind.WS, Coding.IDENTITY),
    /** Shared frames that refer to those before. */
    WS_KEYFRAMED("tickgate, deflate keyframed", CodedServer.TICKGATE, Kind.WS, Coding.DEFLATE),
    /** Shared frames that stand alone. */
    WS_INDEPENDENT("tickgate, deflate independent", CodedServer.TICKGATE_INDEPENDENT, Kind.WS, Coding.DEFLATE),
    /** What npm's server is divided by. */
    WS_PLAIN_SLOW("tickgate, plain, at the peers' rate", CodedServer.TICKGATE, Kind.WS, Coding.IDENTITY),
    /** What stands beside npm's server. */
    WS_KEYFRAMED_SLOW("tickgate, deflate keyframed, at the peers' rate", CodedServer.TICKGATE, Kind.WS, Coding.DEFLATE),
    /** npm's server. */
    NPM_WS("npm ws, deflate per connection", CodedServer.NPM_WS, Kind.WS, Coding.DEFLATE),
    /** What event streams are divided by. */
    SSE_PLAIN("tickgate, plain", CodedServer.TICKGATE, Kind.SSE, Coding.IDENTITY),
    /** One gzip stream for all. */
    SSE_GZIP("tickgate, gzip", CodedServer.TICKGATE, Kind.SSE, Coding.GZIP),
    /** The same zstd frames for all. */
    SSE_ZSTD("tickgate, zstd", CodedServer.TICKGATE, Kind.SSE, Coding.ZSTD),
    /** Brotli blocks that stand alone. */
    SSE_BR("tickgate, br", CodedServer.TICKGATE, Kind.SSE, Coding.BR),
    /** What the gateway's Socket.IO is divided by. */
    SIO_PLAIN("tickgate, plain", CodedServer.TICKGATE, Kind.SIO, Coding.IDENTITY),
    /** Shared frames of Socket.IO. */
    SIO_KEYFRAMED("tickgate, deflate keyframed", CodedServer.TICKGATE, Kind.SIO, Coding.DEFLATE),
    /** What netty-socketio is divided by. */
    SIO_PLAIN_SLOW("tickgate, plain, at the peers' rate", CodedServer.TICKGATE, Kind.SIO, Coding.IDENTITY),
    /** What stands beside netty-socketio. */
    SIO_KEYFRAMED_SLOW("tickgate, deflate keyframed, at the peers' rate", CodedServer.TICKGATE, Kind.SIO,
            Coding.DEFLATE),
    /** The well-known library. */
    NETTY_SOCKETIO("netty-socketio, deflate per connection", CodedServer.NETTY_SOCKETIO, Kind.SIO, Coding.DEFLATE);

    private final String title;
    private final CodedServer server;
    private final Kind kind;
    private final Coding coding;

    CodedCase(String title, CodedServer server, Kind kind, Coding coding) {
        this.title = title;
        this.server = server;
        this.kind = kind;
        this.coding = coding;
    }

    String title() {
        return title;
    }

    CodedServer server() {
        return server;
    }

    Kind kind() {
        return kind;
    }

    Coding coding() {
        return coding;
    }

    /** Whether it is offered only what servers that compress for each connection can stand: a delivery costs more then. */
    boolean isAtPeerRate() {
        return switch (this) {
            case WS_PLAIN_SLOW, WS_KEYFRAMED_SLOW, NPM_WS, SIO_PLAIN_SLOW, SIO_KEYFRAMED_SLOW, NETTY_SOCKETIO -> true;
            default -> false;
        };
    }

    /** The gateway's uncompressed case of the same kind and rate, which the others are divided by. */
    CodedCase plain() {
        return switch (kind) {
            case WS -> isAtPeerRate() ? WS_PLAIN_SLOW : WS_PLAIN;
            case SSE, H2 -> SSE_PLAIN;
            case SIO -> isAtPeerRate() ? SIO_PLAIN_SLOW : SIO_PLAIN;
        };
    }
}
