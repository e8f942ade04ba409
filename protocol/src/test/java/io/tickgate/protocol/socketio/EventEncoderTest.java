package io.tickgate.protocol.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import io.tickgate.protocol.engineio.EnginePacket;
import io.tickgate.protocol.engineio.EnginePacket.Message;
import io.tickgate.protocol.engineio.EngineProtocol3;
import io.tickgate.protocol.engineio.EngineProtocol4;
import io.tickgate.protocol.socketio.SocketPacket.Event;

class EventEncoderTest {
    private static final byte[] PAYLOAD = "{\"symbol\":\"BTC-USD\",\"price\": 50000.12,\"c\":\"₿\"}".getBytes(UTF_8);
    private static final byte[] CHANNEL = "price:BTC-USD".getBytes(UTF_8);

    private final SocketPacketDecoder decoder = new SocketPacketDecoder(new SocketPacketLimits(0, 64, 8, 8));

    @Test
    void writesAnEventWithThePayloadByteForByte() {
        assertThat(write(new EventEncoder("/", "price_update")))
                .isEqualTo("42[\"price_update\",{\"symbol\":\"BTC-USD\",\"price\": 50000.12,\"c\":\"₿\"}]");
        assertThat(write(new EventEncoder("/ns", "notification")))
                .isEqualTo("42/ns,[\"notification\",{\"symbol\":\"BTC-USD\",\"price\": 50000.12,\"c\":\"₿\"}]");
    }

    @Test
    void addsMetaAsASecondArgument() {
        ByteBuf out = Unpooled.buffer();
        new EventEncoder("/ns", "price_update").writeWithMeta("1".getBytes(UTF_8), CHANNEL, "k3x9", 123, out);
        assertThat(out.toString(UTF_8)).isEqualTo(
                "42/ns,[\"price_update\",1,{\"channel\":\"price:BTC-USD\",\"epoch\":\"k3x9\",\"seq\":123}]");
        out.release();
    }

    @Test
    void knowsTheExactLengthBeforehand() {
        for (EventEncoder encoder : List.of(new EventEncoder("/", "a"), new EventEncoder("/é", "ä\"\n₿"))) {
            for (long seq : new long[]{0, 9, 10, 99, 100, 123_456_789_012L, Long.MAX_VALUE}) {
                ByteBuf out = Unpooled.buffer();
                encoder.write(PAYLOAD, out);
                assertThat(out.readableBytes()).isEqualTo(encoder.length(PAYLOAD));
                out.clear();
                encoder.writeWithMeta(PAYLOAD, CHANNEL, "k3x9", seq, out);
                assertThat(out.readableBytes()).isEqualTo(encoder.lengthWithMeta(PAYLOAD, CHANNEL, "k3x9", seq));
                out.release();
            }
        }
    }

    @Test
    void addsAnOffsetOrNullAsTheLastArgument() {
        EventEncoder encoder = new EventEncoder("/", "log_update");
        byte[] node = "ab12".getBytes(UTF_8);
        byte[] payload = "\"text\"".getBytes(UTF_8);
        for (long number : new long[]{0, 9, 10, Long.MAX_VALUE, EventEncoder.NO_OFFSET}) {
            String offset = number == EventEncoder.NO_OFFSET ? "null" : "\"ab12-" + number + "\"";
            ByteBuf out = Unpooled.buffer();
            encoder.write(payload, out);
            EventEncoder.appendOffset(node, number, out);
            assertThat(out.toString(UTF_8)).isEqualTo("42[\"log_update\",\"text\"," + offset + "]");
            assertThat(out.readableBytes())
                    .isEqualTo(encoder.length(payload) + EventEncoder.offsetLength(node, number));
            out.clear();
            encoder.writeWithMeta(payload, CHANNEL, "k3x9", 7, out);
            EventEncoder.appendOffset(node, number, out);
            assertThat(out.toString(UTF_8)).endsWith(",\"seq\":7}," + offset + "]");
            out.release();
        }
    }

    @Test
    void isReadBackByTheDecoder() throws Exception {
        ByteBuf out = Unpooled.buffer();
        new EventEncoder("/é", "ä\"\n₿").writeWithMeta(PAYLOAD, CHANNEL, "k3x9", 7, out);
        Event event = (Event) decoder.decode(((Message) new EngineProtocol4(1_000, 1).decodeText(out)).text());
        assertThat(event.namespace()).isEqualTo("/é");
        assertThat(event.name()).isEqualTo("ä\"\n₿");
        assertThat(event.arguments().get(0).toBytes()).isEqualTo(PAYLOAD);
        assertThat(event.arguments().get(1).text())
                .isEqualTo("{\"channel\":\"price:BTC-USD\",\"epoch\":\"k3x9\",\"seq\":7}");
        out.release();
    }

    @Test
    void makesAPollingPayloadOfPreparedRuns() throws Exception {
        EngineProtocol4 engine = new EngineProtocol4(1_000, 10);
        EventEncoder encoder = new EventEncoder("/", "price_update");
        ByteBuf run = Unpooled.buffer();
        for (int i = 0; i < 3; i++) {
            EngineProtocol4.beginEntry(run);
            encoder.write(PAYLOAD, run);
        }
        requireEvents(3, engine.decodePayload(Unpooled.wrappedBuffer(engine.payload(run, false).bytes()), false));
        run.release();
    }

    @Test
    void makesAPollingPayloadOfEngineIo3OfPreparedRuns() throws Exception {
        EngineProtocol3 engine = new EngineProtocol3(1_000, 10);
        ByteBuf run = Unpooled.buffer();
        byte[] payload = "{\"symbol\":\"\uD83D\uDE00₿é\"}".getBytes(UTF_8);
        for (String name : List.of("price_update", "é₿\uD83D\uDE00")) {
            EventEncoder encoder = new EventEncoder("/", name);
            EngineProtocol3.beginEntry(encoder.length(payload) - encoder.surplus(payload), run);
            encoder.write(payload, run);
            EngineProtocol3.beginEntry(
                    encoder.lengthWithMeta(payload, CHANNEL, "k3x9", 7) - encoder.surplus(payload), run);
            encoder.writeWithMeta(payload, CHANNEL, "k3x9", 7, run);
        }
        assertThat(engine.decodePayload(run, false)).hasSize(4);
        run.release();
    }

    private void requireEvents(int count, List<EnginePacket> packets) throws SocketIoFault {
        assertThat(packets).hasSize(count);
        for (EnginePacket packet : packets) {
            Event event = (Event) decoder.decode(((Message) packet).text());
            assertThat(event.arguments().getFirst().toBytes()).isEqualTo(PAYLOAD);
        }
    }

    @Test
    void allocatesNothingPerEvent() {
        EventEncoder encoder = new EventEncoder("/", "price_update");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // On the heap: the leak detector records every access to a direct buffer, and allocates for it.
        ByteBuf out = Unpooled.buffer(4_096);
        try {
            writeEvents(encoder, out, 20_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            writeEvents(encoder, out, 20_000);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000);
        } finally {
            out.release();
        }
    }

    private static void writeEvents(EventEncoder encoder, ByteBuf out, int count) {
        for (int i = 0; i < count; i++) {
            out.clear();
            encoder.write(PAYLOAD, out);
            encoder.writeWithMeta(PAYLOAD, CHANNEL, "k3x9", 1_000_000L + i, out);
        }
    }

    private static String write(EventEncoder encoder) {
        ByteBuf out = Unpooled.buffer();
        encoder.write(PAYLOAD, out);
        String text = out.toString(UTF_8);
        out.release();
        return text;
    }
}
