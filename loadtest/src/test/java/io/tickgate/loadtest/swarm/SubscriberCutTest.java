package io.tickgate.loadtest.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.loadtest.wire.RunClock;
import io.tickgate.loadtest.wire.TickPayload;
import io.tickgate.loadtest.wire.WebSocketFrames;

/** Each kind of subscriber, fed with a server's bytes cut anywhere. */
final class SubscriberCutTest {
    private static final int TICKS = 6;
    private static final String DEFLATE_AGREED = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)");

    @Test
    void webSocketTicksArriveHoweverTheyAreCut() {
        StringBuilder stream = new StringBuilder(frame("{\"op\":\"welcome\"}"))
                .append(frame("{\"op\":\"subscribed\",\"channels\":[]}"));
        for (int n = 1; n <= TICKS; n++) {
            stream.append(frame("{\"channel\":\"bench:0\",\"seq\":1,\"data\":" + tick(n) + "}"));
        }
        stream.append(frame("{\"op\":\"gap\",\"channel\":\"bench:0\"}"));
        cutEverywhere(Kind.WS, request -> switching(request) + stream, 1);
    }

    @Test
    void batchesOfTicksInOneFrameArrive() {
        StringBuilder frame = new StringBuilder();
        for (int n = 1; n <= TICKS; n++) {
            frame.append("{\"channel\":\"bench:0\",\"seq\":1,\"data\":").append(tick(n)).append("}\n");
        }
        String stream = frame("{\"op\":\"subscribed\",\"channels\":[]}") + frame(frame.toString());
        cutEverywhere(Kind.WS, request -> switching(request) + stream, 0);
    }

    @Test
    void socketIoTicksArriveHoweverTheyAreCut() {
        StringBuilder stream = new StringBuilder(frame("0{\"sid\":\"x\"}")).append(frame("40{\"sid\":\"y\"}"))
                .append(frame("42[\"connected\",{}]")).append(frame("430[{\"ok\":true}]")).append(frame("2"));
        for (int n = 1; n <= TICKS; n++) {
            stream.append(frame("42[\"bench_update\"," + tick(n) + "]"));
        }
        stream.append(frame("42[\"control\",{\"op\":\"gap\"}]"));
        cutEverywhere(Kind.SIO, request -> switching(request) + stream, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eventsArriveHoweverTheyAreCutAndChunked(boolean chunked) {
        StringBuilder body = new StringBuilder("retry: 2000\nid: a-1\n\n")
                .append("event: control\ndata: {\"op\":\"subscribed\",\"channels\":[]}\n\n");
        for (int n = 1; n <= TICKS; n++) {
            body.append("id: a-").append(n).append("\ndata: {\"channel\":\"bench:0\",\"seq\":1,\"data\":")
                    .append(tick(n))
                    .append("}\n\n:\n\n");
        }
        body.append("event: control\ndata: {\"op\":\"gap\"}\n\n");
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
        String stream = chunked ? chunks(body.toString()) : body.toString();
        cutEverywhere(Kind.SSE, request -> head + stream, 1);
    }

    @Test
    void deflatedTicksArriveHoweverTheyAreCut() {
        Deflated deflated = new Deflated();
        StringBuilder stream = new StringBuilder(deflated.frame("{\"op\":\"subscribed\",\"channels\":[]}"));
        for (int n = 1; n <= TICKS; n++) {
            stream.append(deflated.frame("{\"channel\":\"bench:0\",\"seq\":1,\"data\":" + tick(n) + "}"));
        }
        stream.append(frame("{\"op\":\"gap\",\"channel\":\"bench:0\"}"));
        cutEverywhere(Kind.WS, Coding.DEFLATE, request -> switching(request, DEFLATE_AGREED) + stream, 1);
    }

    @Test
    void socketIoAnswersDeflatedPingsThatItDoesNotRead() {
        Deflated deflated = new Deflated();
        StringBuilder stream = new StringBuilder(deflated.frame("0{\"sid\":\"x\"}"))
                .append(deflated.frame("40{\"sid\":\"y\"}")).append(deflated.frame("430[{\"ok\":true}]"));
        for (int n = 1; n <= TICKS; n++) {
            stream.append(deflated.frame("42[\"bench_update\"," + tick(n) + "]"));
        }
        stream.append(deflated.frame("2"));
        Run run = new Run(Kind.SIO, Coding.DEFLATE, 1);
        run.feed((switching(run.request, DEFLATE_AGREED) + stream).getBytes(StandardCharsets.ISO_8859_1), 7);
        assertThat(run.lastSent()).isEqualTo("3");
        Counts counts = run.end();
        assertThat(counts.received()).isEqualTo(TICKS);
        assertThat(counts.verified()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Coding.class, names = {"GZIP", "ZSTD", "BR"})
    void compressedEventsArriveHoweverTheyAreCut(Coding coding) throws IOException {
        String stream = events(coding);
        cutEverywhere(Kind.SSE, coding, request -> stream, 1);
        Run counting = new Run(Kind.SSE, coding, 1);
        counting.feed(stream.getBytes(StandardCharsets.ISO_8859_1), 11);
        Counts counts = counting.end();
        assertThat(counting.outcomes).containsExactly("ready");
        assertThat(counts.received()).as("chunks, the gap event's too").isEqualTo(TICKS + 1);
        assertThat(counts.verified()).isZero();
    }

    @Test
    void countedMessagesThatNeverCameAreLost() throws IOException {
        Run run = new Run(Kind.SSE, Coding.GZIP, 1);
        byte[] bytes = events(Coding.GZIP).getBytes(StandardCharsets.ISO_8859_1);
        run.feed(bytes, bytes.length);
        assertThat(run.tally.reached(new long[]{TICKS + 1})).isTrue();
        assertThat(run.tally.reached(new long[]{TICKS + 3})).isFalse();
        assertThat(run.end(TICKS + 3).lost()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = Coding.class, names = {"GZIP", "ZSTD", "BR"})
    void aBrokenStreamIsSeen(Coding coding) throws IOException {
        byte[] bytes = events(coding).getBytes(StandardCharsets.ISO_8859_1);
        Run run = new Run(Kind.SSE, coding, 0);
        run.feed(bytes, bytes.length);
        byte[] noise = new byte[64];
        new Random(3).nextBytes(noise);
        noise[0] = (byte) 0xff;
        run.feed(("40\r\n" + new String(noise, StandardCharsets.ISO_8859_1) + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1), 80);
        Counts counts = run.end();
        assertThat(counts.undecodable()).isEqualTo(1);
        assertThat(counts.closed()).as("it is told once").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 503 Service Unavailable\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: wrong\r\n\r\n"})
    void saysWhyAHandshakeFailed(String response) {
        Run run = new Run(Kind.WS, Coding.IDENTITY, 0);
        run.feed(response.getBytes(StandardCharsets.ISO_8859_1), response.length());
        assertThat(run.outcomes).singleElement().asString().contains("no WebSocket: HTTP/1.1 ");
        run.end();
    }

    @Test
    void refusedSubscriptionsAreTold() {
        Run run = new Run(Kind.WS, Coding.IDENTITY, 0);
        String answer = frame("{\"op\":\"subscribed\",\"channels\":[],\"refused\":[{\"code\":\"forbidden\"}]}");
        byte[] bytes = (switching(run.request) + answer).getBytes(StandardCharsets.ISO_8859_1);
        run.feed(bytes, bytes.length);
        assertThat(run.outcomes).singleElement().asString().contains("forbidden");
        run.end();
    }

    /** A stream of which each event is flushed into a chunk of its own. */
    private static String events(Coding coding) throws IOException {
        StringBuilder response = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
                .append("Content-Encoding: ").append(coding.token()).append("\r\nTransfer-Encoding: chunked\r\n\r\n");
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        try (OutputStream out = switch (coding) {
            case GZIP -> new GZIPOutputStream(block, true);
            case ZSTD -> new ZstdOutputStream(block);
            case BR -> brotli(block);
            case IDENTITY, DEFLATE -> throw new IllegalArgumentException("no content coding");
        }) {
            for (int n = 0; n <= TICKS + 1; n++) {
                String event = n == 0
                        ? "event: control\ndata: {\"op\":\"subscribed\",\"channels\":[]}\n\n"
                        : n > TICKS
                                ? "event: control\ndata: {\"op\":\"gap\",\"channel\":\"bench:0\"}\n\n"
                                : "id: a-" + n + "\ndata: {\"channel\":\"bench:0\",\"data\":" + tick(n) + "}\n\n";
                out.write(event.getBytes(StandardCharsets.US_ASCII));
                out.flush();
                response.append(Integer.toHexString(block.size())).append("\r\n")
                        .append(block.toString(StandardCharsets.ISO_8859_1)).append("\r\n");
                block.reset();
            }
        }
        return response.toString();
    }

    private static OutputStream brotli(OutputStream to) throws IOException {
        Brotli4jLoader.ensureAvailability();
        return new BrotliOutputStream(to, new Encoder.Parameters().setQuality(5));
    }

    /** Frames that refer to those before. */
    private static final class Deflated {
        private final Deflater deflater = new Deflater(6, true);

        String frame(String text) {
            byte[] block = new byte[text.length() + 100];
            deflater.setInput(text.getBytes(StandardCharsets.US_ASCII));
            int length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
            byte[] frame = WebSocketFrames.deflatedFromServer(Arrays.copyOf(block, length - 4));
            return new String(frame, StandardCharsets.ISO_8859_1);
        }
    }

    private static void cutEverywhere(Kind kind, Function<String, String> stream, long gaps) {
        cutEverywhere(kind, Coding.IDENTITY, stream, gaps);
    }

    private static void cutEverywhere(Kind kind, Coding coding, Function<String, String> stream, long gaps) {
        int length = stream.apply("Sec-WebSocket-Key: any").length();
        for (int step = 1; step <= length; step += 1 + step / 6) {
            Run run = new Run(kind, coding, 0);
            run.feed(stream.apply(run.request).getBytes(StandardCharsets.ISO_8859_1), step);
            Counts counts = run.end();
            assertThat(run.outcomes).as("ready, once; cut each %d bytes", step).containsExactly("ready");
            assertThat(counts.received()).as("cut each %d bytes", step).isEqualTo(TICKS);
            assertThat(counts.clean()).as("cut each %d bytes: %s", step, counts).isEqualTo(gaps == 0);
            assertThat(counts.gaps()).isEqualTo(gaps);
            assertThat(counts.bytes()).isPositive();
        }
    }

    private static String switching(String request) {
        return switching(request, "");
    }

    private static String switching(String request, String headers) {
        Matcher key = KEY.matcher(request);
        assertThat(key.find()).isTrue();
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                + WebSocketFrames.accept(key.group(1)) + "\r\n" + headers + "\r\n";
    }

    private static String frame(String text) {
        byte[] frame = WebSocketFrames.fromServer(WebSocketFrames.TEXT, text.getBytes(StandardCharsets.US_ASCII));
        return new String(frame, StandardCharsets.ISO_8859_1);
    }

    private static String tick(int number) {
        long atNs = 1_763_712_000_000_000_000L + 10_000_000L * number;
        long lateNs = new Random(number).nextInt(1_000_000);
        return new String(new TickPayload(200).fill(0, number, atNs, atNs + lateNs), StandardCharsets.US_ASCII);
    }

    private static String chunks(String body) {
        Random random = new Random(7);
        StringBuilder chunked = new StringBuilder();
        for (int at = 0; at < body.length();) {
            int size = Math.min(body.length() - at, 1 + random.nextInt(300));
            chunked.append(Integer.toHexString(size)).append("\r\n").append(body, at, at + size).append("\r\n");
            at += size;
        }
        return chunked.toString();
    }

    /** One subscriber on an embedded channel. */
    private static final class Run {
        final List<String> outcomes = new ArrayList<>();
        final String request;
        private final Tally tally;
        private final EmbeddedChannel channel;

        /** @param index of the connection: of two the first one is verified */
        Run(Kind kind, Coding coding, int index) {
            SwarmSettings settings = new SwarmSettings(kind, coding, 2, URI.create("http://127.0.0.1:1"), null,
                    1,
                    List.of("bench:0"), 1, true, 200, 1, 1_000);
            tally = new Tally(RunClock.start(), settings, 1);
            tally.open(new Window(0, 0, Long.MAX_VALUE));
            Subscriber.Readiness readiness = reason -> outcomes.add(reason == null ? "ready" : reason);
            channel = new EmbeddedChannel(switch (kind) {
                case WS -> new WebSocketSubscriber(settings, index, tally, readiness);
                case SSE -> new EventSubscriber(settings, index, tally, readiness);
                case SIO -> new SocketIoSubscriber(settings, index, tally, readiness);
                case H2 -> throw new IllegalArgumentException("see Http2SubscriberTest");
            });
            ByteBuf out = channel.readOutbound();
            request = out.toString(StandardCharsets.US_ASCII);
            out.release();
        }

        void feed(byte[] bytes, int step) {
            for (int at = 0; at < bytes.length; at += step) {
                channel.writeInbound(Unpooled.directBuffer().writeBytes(bytes, at, Math.min(step, bytes.length - at)));
            }
        }

        /** The text of the last frame that the client has sent. */
        String lastSent() {
            String text = "";
            for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                byte[] payload = new byte[out.readableBytes() - 6];
                for (int i = 0; i < payload.length; i++) {
                    payload[i] = (byte) (out.getByte(6 + i) ^ out.getByte(2 + i % 4));
                }
                text = new String(payload, StandardCharsets.UTF_8);
                out.release();
            }
            return text;
        }

        Counts end() {
            return end(0);
        }

        Counts end(long lastNumber) {
            Counts counts = tally.finish(new long[]{lastNumber});
            channel.finishAndReleaseAll();
            return counts;
        }
    }
}
