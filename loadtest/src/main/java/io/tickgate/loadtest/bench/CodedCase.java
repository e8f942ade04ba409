package io.tickgate.loadtest.bench;

import io.tickgate.loadtest.swarm.Coding;
import io.tickgate.loadtest.swarm.Kind;

/** What {@link CompressionBench} compares: a server, how its clients connect, and what they ask for. In the table's order. */
enum CodedCase {
    RAW_PLAIN("raw-loop, plain", CodedServer.RAW_LOOP, Kind.WS, Coding.IDENTITY), RAW_DEFLATE(
            "raw-loop, deflated once, independent", CodedServer.RAW_LOOP, Kind.WS,
            Coding.DEFLATE), WS_PLAIN("tickgate, plain", CodedServer.TICKGATE, Kind.WS, Coding.IDENTITY), WS_KEYFRAMED(
                    "tickgate, deflate keyframed", CodedServer.TICKGATE, Kind.WS,
                    Coding.DEFLATE), WS_INDEPENDENT("tickgate, deflate independent", CodedServer.TICKGATE_INDEPENDENT,
                            Kind.WS, Coding.DEFLATE), NPM_WS("npm ws, deflate per connection", CodedServer.NPM_WS,
                                    Kind.WS, Coding.DEFLATE), SSE_PLAIN("tickgate, plain", CodedServer.TICKGATE,
                                            Kind.SSE, Coding.IDENTITY), SSE_GZIP("tickgate, gzip", CodedServer.TICKGATE,
                                                    Kind.SSE, Coding.GZIP), SSE_ZSTD("tickgate, zstd",
                                                            CodedServer.TICKGATE, Kind.SSE,
                                                            Coding.ZSTD), SSE_BR("tickgate, br", CodedServer.TICKGATE,
                                                                    Kind.SSE, Coding.BR), SIO_PLAIN("tickgate, plain",
                                                                            CodedServer.TICKGATE, Kind.SIO,
                                                                            Coding.IDENTITY), SIO_KEYFRAMED(
                                                                                    "tickgate, deflate keyframed",
                                                                                    CodedServer.TICKGATE, Kind.SIO,
                                                                                    Coding.DEFLATE), NETTY_SOCKETIO(
                                                                                            "netty-socketio, deflate per connection",
                                                                                            CodedServer.NETTY_SOCKETIO,
                                                                                            Kind.SIO, Coding.DEFLATE);

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

    /** The gateway's uncompressed case of the same kind, which the others are divided by. */
    CodedCase plain() {
        return switch (kind) {
            case WS -> WS_PLAIN;
            case SSE -> SSE_PLAIN;
            case SIO -> SIO_PLAIN;
        };
    }
}
