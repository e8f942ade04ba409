package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.GapReason;
import io.tickgate.protocol.message.ServerMessage.Gap;

final class EntranceTest {

    @Test
    void aNewSubscriberOfALatestChannelGetsItsLastValue() {
        Entrance entrance = Entrance.of(room("price", 7, 7), true, null);
        assertThat(entrance.joined().seq()).isEqualTo(7);
        assertThat(entrance.joined().snapshot()).isTrue();
        assertThat(entrance.joined().recovered()).isNull();
        assertThat(entrance.snapshot().seq()).isEqualTo(7);
        assertThat(entrance.gap()).isNull();
    }

    @Test
    void aNewSubscriberOfAnEveryChannelStartsBehindTheLastEntry() {
        Entrance entrance = Entrance.of(room("trade", 7, 7), true, null);
        assertThat(entrance.joined().seq()).isEqualTo(7);
        assertThat(entrance.joined().snapshot()).isFalse();
        assertThat(entrance.snapshot()).isNull();
        assertThat(entrance.gap()).isNull();
    }

    @Test
    void subscribingAgainWithoutResumeSendsNothing() {
        Entrance entrance = Entrance.of(room("price", 7, 7), false, null);
        assertThat(entrance.snapshot()).isNull();
        assertThat(entrance.gap()).isNull();
        assertThat(entrance.joined().seq()).isEqualTo(7);
    }

    @Test
    void aLastValueOlderThanAnOutageIsFollowedByItsGap() {
        Entrance entrance = Entrance.of(room("price", 9, 7), true, null);
        assertThat(entrance.joined().seq()).isEqualTo(7);
        assertThat(entrance.gap()).isEqualTo(new Gap("price:x", 8, 9, GapReason.UPSTREAM));
    }

    @ParameterizedTest
    @ValueSource(strings = {"price", "trade"})
    void resumingAtTheLastEntryMissesNothing(String kind) {
        Entrance entrance = Entrance.of(room(kind, 7, 7), true, "ep-7");
        assertThat(entrance.joined().recovered()).isTrue();
        assertThat(entrance.joined().seq()).isEqualTo(7);
        assertThat(entrance.snapshot()).isNull();
        assertThat(entrance.gap()).isNull();
    }

    @Test
    void resumingALatestChannelFurtherBackGivesTheNewestValueAndMissesNothing() {
        Entrance entrance = Entrance.of(room("price", 7, 7), true, "ep-3");
        assertThat(entrance.joined().recovered()).isTrue();
        assertThat(entrance.snapshot().seq()).isEqualTo(7);
        assertThat(entrance.gap()).isNull();
    }

    @Test
    void resumingALatestChannelAcrossAnOutageSaysSo() {
        Entrance entrance = Entrance.of(room("price", 8, 7), true, "ep-3");
        assertThat(entrance.joined().recovered()).isFalse();
        assertThat(entrance.snapshot().seq()).isEqualTo(7);
        assertThat(entrance.gap()).isNotNull();
    }

    @Test
    void resumingAnEveryChannelFurtherBackIsAGapOfWhatCameSince() {
        Entrance entrance = Entrance.of(room("trade", 7, 7), true, "ep-3");
        assertThat(entrance.joined().recovered()).isFalse();
        assertThat(entrance.joined().seq()).isEqualTo(7);
        assertThat(entrance.gap()).isEqualTo(new Gap("trade:x", 4, 7, GapReason.HISTORY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"other-7", "ep-8", "ep--1", "ep-", "ep", "", "-7", "ep-99999999999999999999", "ep-7x",
            "ep-7-1"})
    void aPositionOfNoKnownEntryIsAGapOfAnotherEpoch(String position) {
        Entrance latest = Entrance.of(room("price", 7, 7), true, position);
        assertThat(latest.gap().reason()).isEqualTo(GapReason.EPOCH);
        assertThat(latest.joined().recovered()).isFalse();
        assertThat(latest.snapshot().seq()).isEqualTo(7);
        Entrance every = Entrance.of(room("trade", 7, 7), false, position);
        assertThat(every.gap().reason()).isEqualTo(GapReason.EPOCH);
        assertThat(every.snapshot()).isNull();
    }

    @Test
    void aRoomWithoutAValueHasNoSnapshotToGive() {
        Entrance entrance = Entrance.of(room("price", 0, 0), true, "other-3");
        assertThat(entrance.snapshot()).isNull();
        assertThat(entrance.joined().snapshot()).isFalse();
        assertThat(entrance.gap().reason()).isEqualTo(GapReason.EPOCH);
    }

    @Test
    void saysThatTheBrokerIsAway() {
        Room room = room("trade", 1, 1);
        room.setLive(false);
        assertThat(Entrance.of(room, true, null).joined().live()).isFalse();
    }

    /** @param valueSeq the last publication's, 0 for none */
    private static Room room(String kind, long seq, long valueSeq) {
        Room room = new Room(kind + ":x", HandTurnedHub.KINDS.get(kind));
        Topic topic = new Topic(kind + ":x", HandTurnedHub.KINDS.get(kind), "ep");
        Publication value = valueSeq == 0
                ? null
                : new Publication(topic, valueSeq, 1, "1".getBytes(StandardCharsets.UTF_8), 0, 0, Publication.NO_AGE);
        room.open(new ShardEvent.RoomOpened(room, topic, seq, value, 1, true));
        return room;
    }
}
