package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.tickgate.gateway.metrics.Counter;

/** However many requests one read of an HTTP/2 connection brings, its neighbours on the loop have their turn among them. */
@Execution(ExecutionMode.SAME_THREAD)
class Http2TurnsTest {
    private static final int REQUESTS = 500;
    private static final int PREFACE_BYTES = 24;
    private static final int HEAD_BYTES = 9;

    @EachTransport
    void serveANeighbourAmongTheRequestsOfOneRead(String transport) throws Exception {
        try (TestPort port = TestPort.start(transport);
                RawHttp2 many = new RawHttp2(port.port());
                RawClient neighbour = new RawClient(port.port())) {
            many.get(1, "/echo");
            assertThat(many.nextHeaders(1).status()).hasToString("200");
            neighbour.send("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
            port.awaitCount(Counter.HTTP_REQUESTS, 2);
            CountDownLatch sent = new CountDownLatch(1);
            port.loop().execute(() -> awaitUninterrupted(sent));

            sendHeld(many, 3);
            neighbour.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
            sent.countDown();

            assertThat(placeOfHttp1(port)).isLessThanOrEqualTo(Http2Turns.MAX_FRAMES);
            sendHeld(many, 3 + 2 * REQUESTS);
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(TestPort.next(port.held).request().protocol()).isEqualTo("HTTP/2");
            }
        }
    }

    /** Takes a whole burst and the neighbour's request: how many of the burst came before that. */
    private static int placeOfHttp1(TestPort port) throws InterruptedException {
        int place = -1;
        for (int i = 0; i <= REQUESTS; i++) {
            if (TestPort.next(port.held).request().protocol().equals("HTTP/1.1")) {
                place = i;
            }
        }
        return place;
    }

    private static void sendHeld(RawHttp2 client, int firstStream) throws IOException, Http2Exception {
        ByteBuf requests = Unpooled.buffer();
        for (int i = 0; i < REQUESTS; i++) {
            int stream = firstStream + 2 * i;
            writeFrame(requests, RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream,
                    client.encoded(stream, RawHttp2.request("GET", "/hold")));
        }
        client.raw().send(ByteBufUtil.getBytes(requests));
    }

    private static void writeFrame(ByteBuf out, int type, int flags, int stream, byte[] payload) {
        out.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream).writeBytes(payload);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    /** Frames of many lengths, cut anywhere: the same bytes come out, of at most so many frames a turn. */
    @Test
    void passOnEachByteInItsTurn() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            Set<Integer> starts = new HashSet<>();
            ByteBuf sent = frames(random, starts);
            EmbeddedChannel channel = new EmbeddedChannel(new Http2Turns());
            ByteBuf received = Unpooled.buffer();
            while (sent.isReadable()) {
                int piece = random.nextInt(4) == 0 ? 1 + random.nextInt(8) : 1 + random.nextInt(20_000);
                read(channel, sent.readBytes(Math.min(piece, sent.readableBytes())));
                boolean isPaused = !channel.config().isAutoRead();
                assertThat(takeTurn(channel, received, starts)).isLessThanOrEqualTo(2 * Http2Turns.MAX_FRAMES);
                while (isPaused && !channel.config().isAutoRead()) {
                    channel.runScheduledPendingTasks();
                    assertThat(takeTurn(channel, received, starts)).isBetween(1, Http2Turns.MAX_FRAMES);
                }
            }
            assertThat(received).isEqualTo(sent.readerIndex(0));
            assertThat(channel.finish()).isFalse();
        }
    }

    /** What one read brings; nothing that is due is run after it. */
    private static void read(EmbeddedChannel channel, ByteBuf bytes) {
        channel.pipeline().fireChannelRead(bytes);
        channel.pipeline().fireChannelReadComplete();
    }

    private static ByteBuf frames(Random random, Set<Integer> starts) {
        ByteBuf sent = Unpooled.buffer().writeBytes(new byte[PREFACE_BYTES]);
        for (int frame = 0; frame < 1_000; frame++) {
            starts.add(sent.writerIndex());
            byte[] payload = new byte[random.nextInt(10) == 0 ? random.nextInt(16_384) : random.nextInt(40)];
            random.nextBytes(payload);
            writeFrame(sent, random.nextInt(10), 0, frame, payload);
        }
        return sent;
    }

    /** Takes what came out: how many frames began in it. */
    private static int takeTurn(EmbeddedChannel channel, ByteBuf received, Set<Integer> starts) {
        int before = received.writerIndex();
        for (ByteBuf bytes = channel.readInbound(); bytes != null; bytes = channel.readInbound()) {
            received.writeBytes(bytes);
            bytes.release();
        }
        return (int) starts.stream().filter(at -> at >= before && at < received.writerIndex()).count();
    }

    @Test
    void readNothingMoreWhileSomethingWaits() {
        EmbeddedChannel channel = new EmbeddedChannel(new Http2Turns());
        ByteBuf frames = Unpooled.buffer().writeBytes(new byte[PREFACE_BYTES])
                .writeZero((Http2Turns.MAX_FRAMES + 1) * HEAD_BYTES);
        read(channel, frames);
        assertThat(channel.config().isAutoRead()).isFalse();
        ByteBuf turn = channel.readInbound();
        assertThat(turn.readableBytes()).isEqualTo(PREFACE_BYTES + Http2Turns.MAX_FRAMES * HEAD_BYTES);
        turn.release();
        read(channel, Unpooled.buffer().writeZero(HEAD_BYTES));
        assertThat(channel.<ByteBuf>readInbound()).isNull();
        channel.pipeline().remove(Http2Turns.class);
        channel.runScheduledPendingTasks();
        assertThat(channel.<ByteBuf>readInbound()).isNull();
        assertThat(frames.refCnt()).isZero();
    }
}
