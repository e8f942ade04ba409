package io.tickgate.gateway.http;

import static io.tickgate.gateway.http.NumberedRecords.RECORD_BYTES;
import static io.tickgate.gateway.http.NumberedRecords.assertRecords;
import static io.tickgate.gateway.http.NumberedRecords.record;
import static io.tickgate.gateway.http.NumberedRecords.writeShared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a stream does for a client that doesn't read, by whichever transport its bytes leave. */
class SlowReaderTest {
    private TestPort port;

    @AfterEach
    void stop() {
        port.close();
    }

    private RawClient open(String transport) throws IOException {
        port = TestPort.start(transport);
        RawClient client = new RawClient(port.port(), 8_192);
        // HTTP/1.0, so that the bytes come without chunks.
        client.send("GET /stream HTTP/1.0\r\n\r\n");
        client.readUntil("\r\n\r\n");
        return client;
    }

    @EachTransport
    void losesAndReordersNothing(String transport) throws Exception {
        try (RawClient client = open(transport)) {
            ResponseStream stream = TestPort.next(port.streams).stream();
            int[] written = {0};
            port.onLoop(() -> {
                while (stream.pendingBytes() < 200_000) {
                    // Shared and own bytes by turns, flushed in between, so that all ways are taken.
                    if (written[0] % 3 == 2) {
                        stream.writeAndRelease(record(written[0]));
                    } else {
                        writeShared(stream, written[0]);
                    }
                    written[0]++;
                    if (written[0] % 5 == 0) {
                        stream.flush();
                    }
                }
            });
            assertThat(written[0]).isGreaterThan(150);
            assertRecords(client, 0, written[0] / 2);
            port.onLoop(() -> {
                for (int i = 0; i < 100; i++) {
                    writeShared(stream, written[0]++);
                }
                stream.flush();
            });
            assertRecords(client, written[0] / 2 - 50, written[0]);
            await().until(() -> pending(stream) == 0);
            port.onLoop(() -> {
                writeShared(stream, written[0]++);
                stream.flush();
            });
            assertRecords(client, written[0] - 1, written[0]);
        }
    }

    private long pending(ResponseStream stream) throws Exception {
        long[] bytes = new long[1];
        port.onLoop(() -> bytes[0] = stream.pendingBytes());
        return bytes[0];
    }

    @EachTransport
    void keepsTheOrderOfOwnAndSharedBytes(String transport) throws Exception {
        try (RawClient client = open(transport)) {
            ResponseStream stream = TestPort.next(port.streams).stream();
            port.onLoop(() -> {
                writeShared(stream, 0);
                stream.writeAndRelease(record(1));
                writeShared(stream, 2);
                assertThat(stream.pendingBytes()).isGreaterThanOrEqualTo(2L * RECORD_BYTES);
                stream.flush();
                writeShared(stream, 3);
                stream.flush();
            });
            assertRecords(client, 0, 4);
        }
    }

    @Test
    void pinsNoSharedBufferForASlowReader() throws Exception {
        try (RawClient client = open("epoll")) {
            ResponseStream stream = TestPort.next(port.streams).stream();
            port.onLoop(() -> {
                ByteBuf turn = Unpooled.directBuffer(10_000_000).writeZero(10_000_000);
                stream.write(turn);
                stream.flush();
                assertThat(stream.pendingBytes()).isPositive();
                assertThat(turn.refCnt()).isEqualTo(1);
                turn.release();
            });
            assertThat(client.read(10_000_000)).hasSize(10_000_000);
        }
    }

    @EachTransport
    void survivesAClientThatResetsWhileItIsWrittenTo(String transport) throws Exception {
        try (RawClient client = open(transport)) {
            TestPort.OpenStream open = TestPort.next(port.streams);
            client.socket().setSoLinger(true, 0);
            client.leave();
            await().until(() -> {
                port.onLoop(() -> {
                    writeShared(open.stream(), 1);
                    open.stream().flush();
                });
                return open.closed().get() == 1;
            });
            assertThat(pending(open.stream())).isZero();
        }
    }

    @EachTransport
    void doesNotSayThatWhatALostConnectionWasWrittenWasTaken(String transport) throws Exception {
        try (RawClient client = open(transport)) {
            ResponseStream stream = TestPort.next(port.streams).stream();
            client.socket().setSoLinger(true, 0);
            port.loop().submit(() -> {
                // The loop has no time to hear of it before it writes.
                client.leave();
                writeShared(stream, 1);
                stream.flush();
                assertThat(stream.pendingBytes()).isGreaterThanOrEqualTo(RECORD_BYTES);
                writeShared(stream, 2);
                stream.flush();
                assertThat(stream.pendingBytes()).isGreaterThanOrEqualTo(2 * RECORD_BYTES);
                return null;
            }).get();
        }
    }

    @EachTransport
    void dropsWhatIsPendingWhenAborted(String transport) throws Exception {
        try (RawClient client = open(transport)) {
            TestPort.OpenStream open = TestPort.next(port.streams);
            port.onLoop(() -> {
                ByteBuf large = Unpooled.directBuffer(10_000_000).writeZero(10_000_000);
                open.stream().writeAndRelease(large);
                open.stream().flush();
                open.stream().abort();
                assertThat(open.stream().pendingBytes()).isZero();
            });
            await().until(() -> port.listener.connections() == 0);
            assertThat(open.closed()).hasValue(0);
            assertThat(client.socket().isClosed()).isFalse();
        }
    }

    @Test
    void countsAsPendingWhatIsWrittenButNotFlushed() throws Exception {
        port = TestPort.start(Map.of("transport", "nio"));
        try (RawClient client = new RawClient(port.port())) {
            client.send("GET /stream HTTP/1.0\r\n\r\n");
            ResponseStream stream = TestPort.next(port.streams).stream();
            port.onLoop(() -> {
                assertThat(stream.pendingBytes()).isZero();
                writeShared(stream, 1);
                assertThat(stream.pendingBytes()).isGreaterThanOrEqualTo(RECORD_BYTES);
                stream.flush();
                assertThat(stream.pendingBytes()).isZero();
            });
        }
    }
}
