package io.tickgate.loadtest.micro;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.tickgate.protocol.message.UpdateEnvelope;
import io.tickgate.protocol.socketio.EventEncoder;
import io.tickgate.protocol.sse.ChunkedCoding;
import io.tickgate.protocol.sse.SseEncoder;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** One update in each transport's form, appended to a buffer that is there already: once per event loop, whoever gets it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncoderBenchmark {
    private static final byte[] CHANNEL = ascii("price:BTC-USD");
    private static final byte[] NODE = ascii("k3x9a1b2");
    private static final int SPARE_BYTES = 1_024;

    @Param({"200", "1400"})
    public int payloadBytes;

    private final EventEncoder events = new EventEncoder("/", "price_update");
    private byte[] payload;
    private ByteBuf out;
    private long number = 1_000_000;

    @Setup
    public void setUp() {
        payload = Updates.ticks(payloadBytes)[0];
        out = ByteBufAllocator.DEFAULT.directBuffer(payloadBytes + SPARE_BYTES);
    }

    @TearDown
    public void tearDown() {
        out.release();
    }

    /** A frame with the envelope. */
    @Benchmark
    public ByteBuf webSocket() {
        long seq = number++;
        out.clear();
        WebSocketEncoder.writeTextHeader(UpdateEnvelope.length(CHANNEL, seq, payload), out);
        UpdateEnvelope.encode(CHANNEL, seq, payload, out);
        return out;
    }

    /** A chunk with an event, its id and the envelope. */
    @Benchmark
    public ByteBuf sse() {
        long seq = number++;
        out.clear();
        ChunkedCoding.beginChunk(SseEncoder.updateLength(NODE, seq, null, CHANNEL, seq, payload), out);
        SseEncoder.writeUpdate(NODE, seq, null, CHANNEL, seq, payload, out);
        ChunkedCoding.endChunk(out);
        return out;
    }

    /** A frame with an event. */
    @Benchmark
    public ByteBuf socketIo() {
        out.clear();
        WebSocketEncoder.writeTextHeader(events.length(payload), out);
        events.write(payload, out);
        return out;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
