package io.tickgate.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;

final class FormatTurnTest {
    private final Tally tally = new Tally(null);
    private static final Topic TOPIC = new Topic("trade:a",
            new Kind("trade", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.JSON, false, "trade_update"), "e");

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final CountingFormat format = new CountingFormat();
    private final FormatTurn turn = new FormatTurn(format, new Compressors(6), allocator);
    private long seqs;

    @AfterEach
    void nothingIsHeldAfterTheEnd() {
        turn.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void encodesAnUpdateOnceAndSharesItsBytes() {
        Publication update = publication("one");
        Run first = turn.append(null, update, tally);
        Run second = turn.append(null, update, tally);
        assertThat(second).isSameAs(first);
        assertThat(turn.bytes(first)).isSameAs(turn.bytes(second));
        assertThat(text(first)).isEqualTo("one;");
        assertThat(format.updates).isEqualTo(1);
    }

    @Test
    void aRunWithoutOmissionsIsASliceOfTheTurnsBuffer() {
        Publication one = publication("one");
        Publication two = publication("two");
        Run all = turn.append(turn.append(null, one, tally), two, tally);
        Run tail = turn.append(null, two, tally);
        assertThat(text(all)).isEqualTo("one;two;");
        assertThat(text(tail)).isEqualTo("two;");
        assertThat(turn.bytes(all).memoryAddress() + "one;".length()).isEqualTo(turn.bytes(tail).memoryAddress());
        assertThat(all.updates()).isEqualTo(2);
        assertThat(all.length()).isEqualTo(8);
    }

    @Test
    void aRunWithAnOmissionIsOneCopyForAllThatShareIt() {
        Publication one = publication("one");
        Publication two = publication("two");
        Publication three = publication("three");
        Run a = turn.append(null, one, tally);
        Run b = turn.append(null, one, tally);
        Run other = turn.append(null, two, tally);
        a = turn.append(a, three, tally);
        b = turn.append(b, three, tally);
        assertThat(a).isSameAs(b);
        assertThat(text(a)).isEqualTo("one;three;");
        assertThat(turn.bytes(a)).isSameAs(turn.bytes(b));
        assertThat(text(other)).isEqualTo("two;");
    }

    @Test
    void aRetainedSliceKeepsItsBytesAcrossTheNextTurns() {
        ByteBuf kept = turn.bytes(turn.append(null, publication("kept"), tally)).retainedSlice();
        turn.end();
        Run next = turn.append(null, publication("next"), tally);
        assertThat(text(next)).isEqualTo("next;");
        assertThat(kept.toString(StandardCharsets.UTF_8)).isEqualTo("kept;");
        turn.end();
        kept.release();
    }

    @Test
    void bytesHandedOutBeforeTheBufferGrewStayRight() {
        Run early = turn.append(null, publication("early"), tally);
        ByteBuf shared = turn.bytes(early);
        ByteBuf kept = shared.retainedSlice();
        turn.append(null, publication("x".repeat(100_000)), tally);
        assertThat(shared.toString(StandardCharsets.UTF_8)).isEqualTo("early;");
        assertThat(kept.toString(StandardCharsets.UTF_8)).isEqualTo("early;");
        turn.end();
        assertThat(kept.toString(StandardCharsets.UTF_8)).isEqualTo("early;");
        kept.release();
    }

    @Test
    void aBufferThatABurstMadeLargeIsNotKept() {
        turn.append(null, publication("x".repeat(1 << 20)), tally);
        turn.end();
        assertThat(allocator.metric().usedDirectMemory()).isLessThan(1 << 20);
    }

    @Test
    void aSnapshotIsEncodedOnceForAllThatAskInTurnAndSurvivesTheNext() {
        Publication one = publication("one");
        ByteBuf first = turn.snapshot(one);
        assertThat(turn.snapshot(one)).isSameAs(first);
        assertThat(format.snapshots).isEqualTo(1);
        ByteBuf kept = first.retainedSlice();
        assertThat(turn.snapshot(publication("two")).toString(StandardCharsets.UTF_8)).isEqualTo("snapshot two;");
        assertThat(kept.toString(StandardCharsets.UTF_8)).isEqualTo("snapshot one;");
        kept.release();
    }

    @Test
    void anUpdateThatCouldNotBeEncodedIsNotInTheNextOnesBytes() {
        Run before = turn.append(null, publication("before"), tally);
        Publication bad = publication("bad");
        format.failsAfterBytes = true;
        assertThatThrownBy(() -> turn.append(null, bad, tally)).isInstanceOf(IllegalStateException.class);
        format.failsAfterBytes = false;
        Run after = turn.append(before, publication("after"), tally);
        assertThat(text(after)).isEqualTo("before;after;");
    }

    /** Any connection gets the bytes of exactly its updates, whatever the others get and however they hold them. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyConnectionGetsTheBytesOfItsOwnUpdates(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FormatTurn pooled = new FormatTurn(format, new Compressors(6), PooledByteBufAllocator.DEFAULT);
        List<ByteBuf> kept = new ArrayList<>();
        List<String> keptText = new ArrayList<>();
        for (int round = 0; round < 50; round++) {
            deliverOneTurn(pooled, random, kept, keptText);
            pooled.end();
            releaseSome(random, kept, keptText);
        }
        for (int i = 0; i < kept.size(); i++) {
            assertThat(kept.get(i).toString(StandardCharsets.UTF_8)).isEqualTo(keptText.get(i));
            kept.get(i).release();
        }
        pooled.close();
    }

    private void deliverOneTurn(FormatTurn pooled, SplittableRandom random, List<ByteBuf> kept,
            List<String> keptText) {
        int connections = 1 + random.nextInt(20);
        int channels = 1 + random.nextInt(6);
        BitSet[] subscribed = new BitSet[connections];
        for (int i = 0; i < connections; i++) {
            // Few sets for many connections, so that some share.
            subscribed[i] = BitSet.valueOf(new long[]{random.nextInt(1 << Math.min(channels, 3))});
        }
        Run[] runs = new Run[connections];
        StringBuilder[] expected = new StringBuilder[connections];
        for (int i = 0; i < connections; i++) {
            expected[i] = new StringBuilder();
        }
        for (int update = random.nextInt(30); update > 0; update--) {
            int channel = random.nextInt(channels);
            Publication publication = publication("y".repeat(random.nextInt(2_000)) + seqs);
            for (int i = connections - 1; i >= 0; i--) {
                if (subscribed[i].get(channel)) {
                    runs[i] = pooled.append(runs[i], publication, tally);
                    expected[i].append(payload(publication)).append(';');
                }
            }
            int early = random.nextInt(connections);
            if (random.nextInt(5) == 0 && runs[early] != null) {
                // A message goes out in the middle of the turn, and what was due before it.
                write(pooled, runs[early], expected[early], random, kept, keptText);
                runs[early] = null;
                expected[early].setLength(0);
            }
        }
        for (int i = 0; i < connections; i++) {
            if (runs[i] != null) {
                write(pooled, runs[i], expected[i], random, kept, keptText);
            }
        }
    }

    private static void write(FormatTurn pooled, Run run, StringBuilder expected, SplittableRandom random,
            List<ByteBuf> kept, List<String> keptText) {
        ByteBuf bytes = pooled.bytes(run);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
        assertThat(run.length()).isEqualTo(expected.length());
        if (random.nextInt(4) == 0) {
            kept.add(bytes.retainedSlice());
            keptText.add(expected.toString());
        }
    }

    private static void releaseSome(SplittableRandom random, List<ByteBuf> kept, List<String> keptText) {
        for (int i = kept.size() - 1; i >= 0; i--) {
            assertThat(kept.get(i).toString(StandardCharsets.UTF_8)).isEqualTo(keptText.get(i));
            if (random.nextBoolean()) {
                kept.remove(i).release();
                keptText.remove(i);
            }
        }
    }

    private String text(Run run) {
        return turn.bytes(run).toString(StandardCharsets.UTF_8);
    }

    private Publication publication(String payload) {
        return new Publication(TOPIC, ++seqs, seqs, payload.getBytes(StandardCharsets.UTF_8), 0, 0, Publication.NO_AGE);
    }

    private static String payload(Publication publication) {
        return new String(publication.payload(), StandardCharsets.UTF_8);
    }

    private static final class CountingFormat implements WireFormat {
        int updates;
        int snapshots;
        boolean failsAfterBytes;

        @Override
        public void encodeUpdate(Publication publication, ByteBuf out) {
            updates++;
            out.writeBytes(publication.payload()).writeByte(';');
            if (failsAfterBytes) {
                throw new IllegalStateException("half written");
            }
        }

        @Override
        public void encodeSnapshot(Publication publication, ByteBuf out) {
            snapshots++;
            out.writeBytes("snapshot ".getBytes(StandardCharsets.UTF_8)).writeBytes(publication.payload())
                    .writeByte(';');
        }
    }
}
