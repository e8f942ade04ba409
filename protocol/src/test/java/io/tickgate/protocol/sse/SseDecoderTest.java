package io.tickgate.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class SseDecoderTest {
    private final SseDecoder decoder = new SseDecoder(100);
    private final Recording seen = new Recording();

    @Test
    void readsTheExamplesOfTheStandard() throws SseFault {
        read("data: YHOO\ndata: +2\ndata: 10\n\n");
        read(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n");
        read("data\n\ndata\ndata\n\ndata:");
        assertThat(seen.lines).containsExactly("[] message YHOO\n+2\n10", "comment  test stream",
                "[1] message first event", "[] message second event", "[] message  third event", "[] message ",
                "[] message \n");
    }

    @Test
    void takesEveryLineEndAndAByteOrderMark() throws SseFault {
        read("\ufeffdata: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r\n\ndata: e\r\n\r\r\ndata: f\n\n");
        assertThat(seen.lines).containsExactly("[] message a", "[] message b", "[] message c", "[] message d",
                "[] message e", "[] message f");
    }

    @Test
    void takesACarriageReturnWithItsLineFeedAsOneLineEnd() throws SseFault {
        read("event: x\r\ndata: a\r\ndata: b\r\n\r\n");
        assertThat(seen.lines).containsExactly("[] x a\nb");
    }

    @Test
    void keepsTheLastEventIdAcrossEventsAndIgnoresOneWithNul() throws SseFault {
        read("id: n-5\n\n");
        assertThat(decoder.lastEventId()).isEqualTo("n-5");
        read("data: a\n\nid: x\0y\ndata: b\n\nid: n-6\n");
        assertThat(decoder.lastEventId()).isEqualTo("n-5");
        assertThat(seen.lines).containsExactly("[n-5] message a", "[n-5] message b");
    }

    @Test
    void forgetsTheEventNameAfterEachBlock() throws SseFault {
        read("event: control\n\ndata: a\n\nevent: control\ndata: b\n\ndata: c\n\n");
        assertThat(seen.lines).containsExactly("[] message a", "[] control b", "[] message c");
    }

    @Test
    void takesOnlyDigitsAsRetry() throws SseFault {
        read("retry: 2000\nretry: -1\nretry: 1s\nretry:\nretry: 99999999999999999999\nretry: ٣\nunknown: 1\n\n");
        assertThat(seen.lines).containsExactly("retry 2000");
    }

    @Test
    void readsAStreamCutAtAnyByte() throws SseFault {
        byte[] stream = "retry: 5\r\n\r\nid: n-1\r\nevent: ü₿😀\r\ndata: a\rdata: ₿\n\n:\n\ndata: z\r\n\r\n".getBytes(
                StandardCharsets.UTF_8);
        for (int cut = 0; cut <= stream.length; cut++) {
            SseDecoder fresh = new SseDecoder(100);
            Recording recording = new Recording();
            read(fresh, Arrays.copyOfRange(stream, 0, cut), recording);
            read(fresh, Arrays.copyOfRange(stream, cut, stream.length), recording);
            assertThat(recording.lines).containsExactly("retry 5", "[n-1] ü₿😀 a\n₿", "comment ", "[n-1] message z");
        }
    }

    @Test
    void refusesLinesAndEventsAboveTheLimit() {
        assertThatThrownBy(() -> read(":" + "x".repeat(100))).isSameAs(SseFault.TOO_BIG);
        assertThatThrownBy(() -> read(new SseDecoder(100), "data: 12345678\n".repeat(13).getBytes(
                StandardCharsets.UTF_8), seen)).isSameAs(SseFault.TOO_BIG);
        assertThat(seen.lines).isEmpty();
    }

    @Test
    void throwsNothingButItsOwnFaultOnRandomBytes() {
        SplittableRandom random = new SplittableRandom(10);
        String alphabet = "data:even id\r\n\n\0\u00ff1retry";
        int events = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            for (int at = 0; at < noise.length; at++) {
                noise[at] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            byte[] field = "\ndata:1\n\n".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(field, 0, noise, 0, Math.min(field.length, noise.length));
            Recording recording = new Recording();
            try {
                read(new SseDecoder(30), noise, recording);
            } catch (SseFault expected) {
                assertThat(expected).isSameAs(SseFault.TOO_BIG);
            }
            events += recording.lines.size();
        }
        assertThat(events).isPositive();
    }

    private void read(String text) throws SseFault {
        read(decoder, text.getBytes(StandardCharsets.UTF_8), seen);
    }

    private static void read(SseDecoder decoder, byte[] bytes, Recording seen) throws SseFault {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            decoder.decode(in, seen);
        } finally {
            in.release();
        }
    }

    private static final class Recording implements SseDecoder.Sink {
        final List<String> lines = new ArrayList<>();

        @Override
        public void onEvent(String lastEventId, String event, String data) {
            lines.add("[" + lastEventId + "] " + event + " " + data);
        }

        @Override
        public void onRetry(long retryMs) {
            lines.add("retry " + retryMs);
        }

        @Override
        public void onComment(String comment) {
            lines.add("comment " + comment);
        }
    }
}
