package io.tickgate.loadtest.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.loadtest.wire.RunClock;
import io.tickgate.loadtest.wire.TickPayload;

/** Streams of one HTTP/2 connection, whose bytes come in pieces of any size. */
final class Http2SubscriberTest {
    private static final int PAYLOAD_BYTES = 200;
    private static final String SUBSCRIBED = "event: control\ndata: {\"op\":\"subscribed\"}\n\n";

    private final SwarmSettings settings = new SwarmSettings(Kind.H2, Coding.IDENTITY, 1,
            URI.create("http://127.0.0.1:1"), null, 2, List.of("bench:0", "bench:1"), 1, true, PAYLOAD_BYTES, 1,
            1_000);
    private final RunClock clock = RunClock.start();
    private final Tally tally = new Tally(clock, settings, 2);
    private final List<String> outcomes = new ArrayList<>();
    private final ByteBuf server = Unpooled.buffer();
    private EmbeddedChannel channel;

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void connect() {
        tally.open(new Window(0, 0, Long.MAX_VALUE));
        channel = new EmbeddedChannel(new Http2Subscriber(settings, 0, 2, tally,
                reason -> outcomes.add(reason == null ? "ready" : reason)));
    }

    private void frame(int type, int flags, int stream, byte[] payload) {
        server.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream).writeBytes(payload);
    }

    private void data(int stream, String text) {
        frame(0, 0, stream, text.getBytes(StandardCharsets.US_ASCII));
    }

    private String tick(int channelIndex, long number) {
        byte[] payload = new TickPayload(PAYLOAD_BYTES).fill(channelIndex, number, clock.nowNs(), clock.nowNs());
        return "data: {\"seq\":" + number + ",\"data\":" + new String(payload, StandardCharsets.US_ASCII) + "}\n\n";
    }

    private void feed(int step) {
        while (server.isReadable()) {
            channel.writeInbound(server.readBytes(Math.min(step, server.readableBytes())));
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 1_000, 100_000})
    void checksEachStreamByItself(int step) {
        connect();
        frame(4, 0, 0, new byte[0]);
        frame(1, 4, 1, new byte[]{(byte) 0x88});
        frame(1, 4, 3, new byte[]{(byte) 0x88});
        data(1, SUBSCRIBED);
        data(3, SUBSCRIBED);
        data(1, tick(0, 1));
        data(3, tick(1, 1));
        String split = tick(0, 2);
        data(1, split.substring(0, 50));
        data(3, tick(1, 3));
        data(1, split.substring(50));
        feed(step);

        assertThat(outcomes).containsExactly("ready", "ready");
        Counts counts = tally.finish(new long[]{2, 3});
        assertThat(counts.received()).isEqualTo(4);
        assertThat(counts.lost()).as("number 2 of bench:1").isEqualTo(1);
        assertThat(counts.misrouted() + counts.duplicated() + counts.closed()).isZero();
    }

    @Test
    void asksForEachStreamsChannelAndAnswersSettings() {
        connect();
        ByteBuf request = channel.readOutbound();
        String sent = request.toString(StandardCharsets.ISO_8859_1);
        request.release();
        assertThat(sent).startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").contains("/events?channels=bench:0",
                "/events?channels=bench:1");
        frame(4, 0, 0, new byte[0]);
        feed(100);
        ByteBuf ack = channel.readOutbound();
        assertThat(ByteBufUtil.hexDump(ack)).isEqualTo("000000040100000000");
        ack.release();
    }

    @Test
    void refusedAndEndedStreamsAreTold() {
        connect();
        frame(1, 5, 1, new byte[]{(byte) 0x8d});
        frame(1, 4, 3, new byte[]{(byte) 0x88});
        data(3, SUBSCRIBED);
        frame(3, 0, 3, new byte[4]);
        feed(1_000);
        assertThat(outcomes).containsExactly("the server did not answer 200", "ready");
        assertThat(tally.finish(new long[2]).closed()).isEqualTo(1);
    }
}
