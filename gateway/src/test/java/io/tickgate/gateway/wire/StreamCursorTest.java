package io.tickgate.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;

final class StreamCursorTest {
    private static final int KEYFRAME_BLOCKS = 4;
    private static final Kind KIND = new Kind("trade", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.JSON,
            false, "trade_update");
    private static final Topic TOPIC = new Topic("trade:a", KIND, "e");
    private static final Topic OTHER = new Topic("trade:b", KIND, "e");

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final Compressors compressors = new Compressors(6);
    private final SharedStream stream = new SharedStream(new Numbers(), Set.of(TOPIC.name()), KEYFRAME_BLOCKS,
            compressors, allocator);
    private final Tally tally = new Tally(null);
    private long seqs;

    @AfterEach
    void nothingIsHeldAfterTheEnd() {
        stream.endTurn();
        stream.close();
        compressors.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void findsWhatAnotherOneHasHadCompressed() {
        StreamCursor first = new StreamCursor(stream);
        StreamCursor second = new StreamCursor(stream);
        Publication one = publication(TOPIC);
        Publication two = publication(TOPIC);
        assertThat(take(first, one)).isTrue();
        assertThat(take(first, two)).isTrue();
        assertThat(take(second, one)).isTrue();
        assertThat(take(second, two)).isTrue();
        assertThat(first.isFollowing()).isTrue();
    }

    @Test
    void doesNotTakeAnotherBlockForItsOwn() {
        StreamCursor first = new StreamCursor(stream);
        StreamCursor second = new StreamCursor(stream);
        Publication one = publication(TOPIC);
        Publication two = publication(TOPIC);
        Publication three = publication(TOPIC);
        take(first, one);
        take(first, two);
        take(first, three);
        take(second, one);
        assertThat(take(second, three)).as("one was left out").isFalse();
    }

    @Test
    void isToldApartWhetherItIsInStep() {
        StreamCursor first = new StreamCursor(stream);
        StreamCursor lagging = new StreamCursor(stream);
        Publication one = publication(TOPIC);
        Publication two = publication(TOPIC);
        take(first, one);
        take(first, two);
        assertThat(lagging.find(one, true)).as("a number that does not hold for it").isNull();
        take(lagging, one);
        assertThat(lagging.find(two, true)).isNull();
    }

    @Test
    void appendsNothingThatNotEverybodyGets() {
        StreamCursor cursor = new StreamCursor(stream);
        assertThat(take(cursor, publication(OTHER))).isFalse();
        take(cursor, publication(TOPIC));
        assertThat(take(cursor, publication(OTHER))).isFalse();
    }

    @Test
    void joinsAtAKeyframeOnly() {
        StreamCursor first = new StreamCursor(stream);
        take(first, publication(TOPIC));
        StreamCursor late = new StreamCursor(stream);
        for (int block = 1; block < KEYFRAME_BLOCKS; block++) {
            Publication next = publication(TOPIC);
            take(first, next);
            assertThat(take(late, next)).isFalse();
        }
        Publication keyframe = publication(TOPIC);
        assertThat(take(late, keyframe)).as("who waits may begin it").isTrue();
        assertThat(take(first, keyframe)).isTrue();
    }

    @Test
    void isLeftBehindByTheSecondKeyframe() {
        StreamCursor first = new StreamCursor(stream);
        StreamCursor behind = new StreamCursor(stream);
        Publication[] all = new Publication[2 * KEYFRAME_BLOCKS + 1];
        for (int i = 0; i < all.length; i++) {
            all[i] = publication(TOPIC);
            take(first, all[i]);
            if (i == 0) {
                take(behind, all[i]);
            }
            if (i == KEYFRAME_BLOCKS) {
                assertThat(take(behind, all[1])).as("one keyframe back").isTrue();
            }
        }
        assertThat(take(behind, all[2])).as("two keyframes back").isFalse();
    }

    @Test
    void whatItGaveBackComesAgain() {
        StreamCursor cursor = new StreamCursor(stream);
        Publication one = publication(TOPIC);
        Publication two = publication(TOPIC);
        take(cursor, one);
        take(cursor, two);
        cursor.giveBack(1);
        assertThat(take(cursor, two)).isTrue();
    }

    @Test
    void tellsNoNumberThatDoesNotHoldForIt() {
        StreamCursor first = new StreamCursor(stream);
        StreamCursor second = new StreamCursor(stream);
        StreamCursor third = new StreamCursor(stream);
        Publication one = publication(TOPIC);
        take(first, one);
        take(second, one);
        take(third, one);
        assertThat(first.takeMark(70)).isEqualTo(70);
        assertThat(second.takeMark(75)).as("what the first was told holds for it too").isEqualTo(70);
        assertThat(third.takeMark(60)).as("the first was further").isEqualTo(-1);
    }

    @Test
    void aMarkIsNoKeyframe() {
        StreamCursor cursor = new StreamCursor(stream);
        assertThat(cursor.takeMark(1)).isEqualTo(-1);
        for (int block = 0; block < KEYFRAME_BLOCKS; block++) {
            take(cursor, publication(TOPIC));
        }
        assertThat(cursor.takeMark(5)).isEqualTo(-1);
    }

    private boolean take(StreamCursor cursor, Publication publication) {
        RunSource source = cursor.find(publication, false);
        if (source != null) {
            cursor.take(source, null, tally);
        }
        return source != null;
    }

    private Publication publication(Topic topic) {
        seqs++;
        return new Publication(topic, seqs, seqs, "1".getBytes(StandardCharsets.US_ASCII), 0, 0, Publication.NO_AGE);
    }

    /** An update is its number, in frames. */
    private static final class Numbers implements WireFormat {
        private final Framing framing = new DeflatedFrames(this, true);

        @Override
        public Framing framing() {
            return framing;
        }

        @Override
        public void encodeUpdate(Publication publication, ByteBuf out) {
            out.writeLong(publication.number());
        }

        @Override
        public void encodeSnapshot(Publication publication, ByteBuf out) {
            encodeUpdate(publication, out);
        }

        @Override
        public void encodeMark(long number, ByteBuf out) {
            out.writeLong(number);
        }
    }
}
