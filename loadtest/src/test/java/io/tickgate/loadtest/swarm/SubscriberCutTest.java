package io.tickgate.loadtest.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.loadtest.wire.RunClock;
import io.tickgate.loadtest.wire.TickPayload;
import io.tickgate.loadtest.wire.WebSocketFrames;

/** Each kind of subscriber, fed with a server's bytes cut anywhere. */
final class SubscriberCutTest {
    private static final int TICKS = 6;
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

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 503 Service Unavailable\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: wrong\r\n\r\n"})
    void saysWhyAHandshakeFailed(String response) {
        Run run = new Run(Kind.WS);
        run.feed(response.getBytes(StandardCharsets.ISO_8859_1), response.length());
        assertThat(run.outcomes).singleElement().asString().contains("no WebSocket: HTTP/1.1 ");
        run.end();
    }

    @Test
    void refusedSubscriptionsAreTold() {
        Run run = new Run(Kind.WS);
        String answer = frame("{\"op\":\"subscribed\",\"channels\":[],\"refused\":[{\"code\":\"forbidden\"}]}");
        byte[] bytes = (switching(run.request) + answer).getBytes(StandardCharsets.ISO_8859_1);
        run.feed(bytes, bytes.length);
        assertThat(run.outcomes).singleElement().asString().contains("forbidden");
        run.end();
    }

    private static void cutEverywhere(Kind kind, Function<String, String> stream, long gaps) {
        int length = stream.apply("Sec-WebSocket-Key: any").length();
        for (int step = 1; step <= length; step += 1 + step / 6) {
            Run run = new Run(kind);
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
        Matcher key = KEY.matcher(request);
        assertThat(key.find()).isTrue();
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                + WebSocketFrames.accept(key.group(1)) + "\r\n\r\n";
    }

    private static String frame(String text) {
        byte[] frame = WebSocketFrames.fromServer(WebSocketFrames.TEXT, text.getBytes(StandardCharsets.US_ASCII));
        return new String(frame, StandardCharsets.ISO_8859_1);
    }

    private static String tick(int number) {
        return new String(new TickPayload(200).fill(0, number, 1_763_712_000_000_000_000L, 1),
                StandardCharsets.US_ASCII);
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

        Run(Kind kind) {
            SwarmSettings settings = new SwarmSettings(kind, URI.create("http://127.0.0.1:1"), null, 1,
                    List.of("bench:0"), 1, true, 200, 1, 1_000);
            tally = new Tally(RunClock.start(), settings, 1);
            tally.open(new Window(0, 0, Long.MAX_VALUE));
            Subscriber.Readiness readiness = reason -> outcomes.add(reason == null ? "ready" : reason);
            channel = new EmbeddedChannel(switch (kind) {
                case WS -> new WebSocketSubscriber(settings, 0, tally, readiness);
                case SSE -> new EventSubscriber(settings, 0, tally, readiness);
                case SIO -> new SocketIoSubscriber(settings, 0, tally, readiness);
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

        Counts end() {
            Counts counts = tally.finish(new long[]{0});
            channel.finishAndReleaseAll();
            return counts;
        }
    }
}
