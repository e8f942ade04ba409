package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.metrics.Counter;

/** A stream whose window is closed, or whose connection's window is, waits like any slow reader; nobody else does. */
class Http2FlowControlTest {
    private static final int LARGE = 200_000;
    /** What a connection's window is before the client opens it (RFC 9113 §6.9.2). */
    private static final int INITIAL_WINDOW = 65_535;

    private TestPort port;

    @AfterEach
    void stop() {
        port.close();
    }

    /** Each stream has this window, the connection its initial one. */
    private RawHttp2 connect(String streamWindow) throws IOException {
        return new RawHttp2(port.port(), HexFormat.of().parseHex("0004" + streamWindow), 0);
    }

    private ResponseStream openStream(RawHttp2 client, int stream) throws Exception {
        client.get(stream, "/stream");
        client.nextHeaders(stream);
        return TestPort.next(port.streams).stream();
    }

    private void write(ResponseStream stream, int bytes) throws Exception {
        port.onLoop(() -> {
            stream.writeAndRelease(Unpooled.buffer().writeZero(bytes));
            stream.flush();
        });
    }

    private long pending(ResponseStream stream) throws Exception {
        return port.loop().submit(stream::pendingBytes).get();
    }

    private static int readData(RawHttp2 client, int stream, int bytes) throws IOException {
        int received = 0;
        while (received < bytes) {
            RawHttp2.Frame frame = client.next(RawHttp2.DATA);
            assertThat(frame.stream()).isEqualTo(stream);
            received += frame.payload().readableBytes();
        }
        return received;
    }

    @EachTransport
    void neighboursOfAStreamWithoutWindowAreServed(String transport) throws Exception {
        port = TestPort.start(Map.of("transport", transport));
        try (RawHttp2 client = connect("00000000")) {
            ResponseStream closed = openStream(client, 1);
            ResponseStream open = openStream(client, 3);
            client.window(3, 40_000);
            write(closed, LARGE);
            write(open, 30_000);
            assertThat(readData(client, 3, 30_000)).isEqualTo(30_000);
            client.get(5, "/echo");
            assertThat(client.nextHeaders(5).status()).hasToString("200");
            client.window(5, 100);
            assertThat(client.next(RawHttp2.DATA).text()).startsWith("HTTP/2|GET|/echo");
            assertThat(pending(closed)).isEqualTo(LARGE);
            assertThat(pending(open)).isZero();
            client.window(1, 1_000);
            assertThat(readData(client, 1, 1_000)).isEqualTo(1_000);
            assertThat(pending(closed)).isEqualTo(LARGE - 1_000);
        }
    }

    @EachTransport
    void neighboursOfAConnectionWithoutWindowAreServed(String transport) throws Exception {
        port = TestPort.start(Map.of("transport", transport));
        try (RawHttp2 client = connect("00ffffff"); RawHttp2 neighbour = connect("00ffffff")) {
            ResponseStream first = openStream(client, 1);
            ResponseStream second = openStream(client, 3);
            write(first, LARGE);
            assertThat(readData(client, 1, INITIAL_WINDOW)).isEqualTo(INITIAL_WINDOW);
            write(second, 10);
            assertThat(pending(first)).isEqualTo(LARGE - INITIAL_WINDOW);
            assertThat(pending(second)).as("no fault of its own").isEqualTo(10);
            // Heads are not flow-controlled, so requests are still answered.
            client.headers(5, RawHttp2.request("HEAD", "/echo"), true);
            assertThat(client.nextHeaders(5).status()).hasToString("200");

            ResponseStream others = openStream(neighbour, 1);
            write(others, 50_000);
            assertThat(readData(neighbour, 1, 50_000)).isEqualTo(50_000);

            client.window(0, LARGE);
            int received = 0;
            while (received < LARGE - INITIAL_WINDOW + 10) {
                received += client.next(RawHttp2.DATA).payload().readableBytes();
            }
            assertThat(pending(first)).isZero();
            assertThat(pending(second)).isZero();
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 2);
        assertThat(port.count(Counter.HTTP_MALFORMED)).isZero();
    }

    @Test
    void manyRequestsAndStreamsShareAConnection() throws Exception {
        port = TestPort.start(Map.of());
        try (RawHttp2 client = new RawHttp2(port.port())) {
            ResponseStream[] streams = new ResponseStream[20];
            for (int i = 0; i < streams.length; i++) {
                streams[i] = openStream(client, 1 + 2 * i);
            }
            for (int i = 0; i < 200; i++) {
                int next = i;
                port.onLoop(() -> {
                    streams[next % streams.length]
                            .writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("tick " + next)));
                    streams[next % streams.length].flush();
                });
                int request = 101 + 2 * i;
                client.get(request, "/echo?q=" + i);
                RawHttp2.Frame tick = client.next(RawHttp2.DATA);
                assertThat(tick.text()).isEqualTo("tick " + i);
                assertThat(tick.stream()).isEqualTo(1 + 2 * (i % streams.length));
                assertThat(client.nextHeaders(request).status()).hasToString("200");
                RawHttp2.Frame answer = client.next(RawHttp2.DATA);
                assertThat(answer.stream()).isEqualTo(request);
                assertThat(answer.text()).contains("||" + i + "|");
            }
        }
        assertThat(port.count(Counter.HTTP_REQUESTS)).isEqualTo(220);
    }
}
