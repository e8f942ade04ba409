package io.tickgate.gateway.http;

import static io.tickgate.gateway.http.NumberedRecords.RECORD_BYTES;
import static io.tickgate.gateway.http.NumberedRecords.assertRecords;
import static io.tickgate.gateway.http.NumberedRecords.writeShared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.tickgate.gateway.testing.Certificate;

/** Whoever waits for a slow reader learns that it has taken what was pending. */
class DrainedTest {
    private static final int RECORDS = 6_000;

    @TempDir
    private static Path directory;
    private static Certificate certificate;

    private TestPort port;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = Certificate.make(directory);
    }

    @AfterEach
    void stop() {
        port.close();
    }

    /** Writes numbered records only while nothing is pending, and from then on only when it's told that all has been taken. */
    private static final class Feed {
        private final ByteStream out;
        private final AtomicInteger told = new AtomicInteger();
        private int next;

        Feed(ByteStream out) {
            this.out = out;
        }

        void onDrained() {
            told.incrementAndGet();
            assertThat(out.pendingBytes()).isZero();
            go();
        }

        void go() {
            while (next < RECORDS && out.pendingBytes() == 0) {
                writeShared(out, next++);
                out.flush();
            }
        }
    }

    private Feed feed(TestPort.OpenStream open) throws Exception {
        Feed feed = new Feed(open.stream());
        open.onDrained().set(feed::onDrained);
        port.onLoop(feed::go);
        return feed;
    }

    @EachTransport
    void aStreamThatIsFedByItAloneGetsEverything(String transport) throws Exception {
        port = TestPort.start(transport);
        try (RawClient client = new RawClient(port.port(), 8_192)) {
            client.send("GET /stream HTTP/1.0\r\n\r\n");
            client.readUntil("\r\n\r\n");
            Feed feed = feed(TestPort.next(port.streams));
            assertRecords(client, 0, RECORDS);
            assertThat(feed.told).hasPositiveValue();
        }
    }

    @EachTransport
    void aStreamUnderTlsToo(String transport) throws Exception {
        port = TestPort.startTls(certificate, Map.of("transport", transport));
        try (SSLSocket socket = (SSLSocket) certificate.trusting().getSocketFactory().createSocket("localhost",
                port.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(TestPort.ascii("GET /stream HTTP/1.0\r\n\r\n"));
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) in.read());
            }
            Feed feed = feed(TestPort.next(port.streams));
            assertRecords(in, 0, RECORDS);
            assertThat(feed.told).hasPositiveValue();
        }
    }

    @EachTransport
    void aWebSocketToo(String transport) throws Exception {
        port = TestPort.start(transport);
        try (RawClient client = new RawClient(port.port(), 8_192)) {
            client.send(WebSocketTest.HANDSHAKE);
            client.readUntil("\r\n\r\n");
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            Feed feed = new Feed(open.connection);
            open.onDrained.set(feed::onDrained);
            port.onLoop(feed::go);
            // The records are no frames, which the writer is not to know.
            assertRecords(client, 0, RECORDS);
            assertThat(feed.told).hasPositiveValue();
        }
    }

    @EachTransport
    void itIsToldOnceAllIsTakenHoweverMuchCameMeanwhile(String transport) throws Exception {
        port = TestPort.start(transport);
        try (RawClient client = new RawClient(port.port(), 8_192)) {
            client.send("GET /stream HTTP/1.0\r\n\r\n");
            client.readUntil("\r\n\r\n");
            TestPort.OpenStream open = TestPort.next(port.streams);
            Feed feed = feed(open);
            // Far below the high watermark, of which Netty would tell by itself.
            await().untilAsserted(() -> assertThat(pending(open)).isPositive());
            int flushed = feed.next;
            port.onLoop(() -> {
                open.onDrained().set(feed.told::incrementAndGet);
                feed.told.set(0);
                for (int i = 0; i < 100; i++) {
                    writeShared(open.stream(), feed.next++);
                }
                // The next flush comes in a later turn.
            });
            assertRecords(client, 0, flushed);
            port.onLoop(() -> open.stream().flush());
            assertRecords(client, flushed, feed.next);
            await().untilAsserted(() -> assertThat(feed.told).hasPositiveValue());
            assertThat(pending(open)).isZero();
        }
    }

    private long pending(TestPort.OpenStream open) throws Exception {
        long[] bytes = new long[1];
        port.onLoop(() -> bytes[0] = open.stream().pendingBytes());
        return bytes[0];
    }

    @Test
    void nothingIsToldWhereTheKernelTakesAllAtOnce() throws Exception {
        port = TestPort.start("auto");
        try (RawClient client = new RawClient(port.port())) {
            client.send("GET /stream HTTP/1.0\r\n\r\n");
            client.readUntil("\r\n\r\n");
            TestPort.OpenStream open = TestPort.next(port.streams);
            AtomicInteger told = new AtomicInteger();
            open.onDrained().set(told::incrementAndGet);
            for (int i = 0; i < 10; i++) {
                int number = i;
                port.onLoop(() -> {
                    writeShared(open.stream(), number);
                    open.stream().flush();
                });
            }
            assertRecords(client, 0, 10);
            port.onLoop(() -> assertThat(told).hasValue(0));
        }
    }

    @Test
    void aStreamOnHttp2IsToldWhenItsOwnWindowHasLetAllThrough() throws Exception {
        port = TestPort.start("auto");
        // SETTINGS_INITIAL_WINDOW_SIZE of two records.
        byte[] settings = ByteBufUtil.getBytes(Unpooled.buffer().writeShort(4).writeInt(2 * RECORD_BYTES));
        try (RawHttp2 client = new RawHttp2(port.port(), settings)) {
            client.get(1, "/stream");
            client.nextHeaders(1);
            TestPort.OpenStream closed = TestPort.next(port.streams);
            client.get(3, "/stream");
            client.nextHeaders(3);
            TestPort.OpenStream wide = TestPort.next(port.streams);
            AtomicInteger toldClosed = new AtomicInteger();
            AtomicInteger toldWide = new AtomicInteger();
            closed.onDrained().set(toldClosed::incrementAndGet);
            wide.onDrained().set(toldWide::incrementAndGet);
            port.onLoop(() -> {
                for (int i = 0; i < 5; i++) {
                    writeShared(closed.stream(), i);
                }
                writeShared(wide.stream(), 0);
                wide.stream().flush();
                closed.stream().flush();
            });
            readRecords(client, 1, 2);
            client.window(1, 2 * RECORD_BYTES);
            readRecords(client, 1, 2);
            port.onLoop(() -> {
                assertThat(closed.stream().pendingBytes()).isEqualTo(RECORD_BYTES);
                assertThat(toldClosed).hasValue(0);
            });
            client.window(1, 2 * RECORD_BYTES);
            await().untilAsserted(() -> assertThat(toldClosed).hasValue(1));
            assertThat(toldWide).hasValue(0);
        }
    }

    private static void readRecords(RawHttp2 client, int stream, int records) throws IOException {
        int bytes = 0;
        while (bytes < records * RECORD_BYTES) {
            RawHttp2.Frame frame = client.next(RawHttp2.DATA);
            bytes += frame.stream() == stream ? frame.payload().readableBytes() : 0;
        }
        assertThat(bytes).isEqualTo(records * RECORD_BYTES);
    }

    @EachTransport
    void aStreamOnHttp2BehindASlowSocketToo(String transport) throws Exception {
        port = TestPort.start(transport);
        byte[] settings = ByteBufUtil.getBytes(Unpooled.buffer().writeShort(4).writeInt(1 << 30));
        try (RawHttp2 client = new RawHttp2(port.port(), settings)) {
            client.get(1, "/stream");
            client.nextHeaders(1);
            Feed feed = feed(TestPort.next(port.streams));
            readRecords(client, 1, RECORDS);
            assertThat(feed.told).hasPositiveValue();
        }
    }
}
