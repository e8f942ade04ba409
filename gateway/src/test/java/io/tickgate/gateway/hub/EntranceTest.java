package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.model.Gap;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.Tally;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.GapReason;
import io.tickgate.protocol.message.ServerMessage;

final class EntranceTest {
    private static final int KEPT = 1_000;

    @Test
    void aNewSubscriberOfALatestChannelGetsItsLastValue() {
        Entrance entrance = enter(room("price", 7, 7, KEPT), null);
        assertThat(entrance.joined(0).seq()).isEqualTo(7);
        assertThat(entrance.joined(0).snapshot()).isTrue();
        assertThat(entrance.joined(0).recovered()).isNull();
        assertThat(seqs(entrance)).containsExactly(7L);
        assertThat(entrance.gap()).isNull();
    }

    @Test
    void aNewSubscriberOfAnEveryChannelStartsBehindTheLastEntry() {
        Entrance entrance = enter(room("trade", 7, 7, KEPT), null);
        assertThat(entrance.joined(0).seq()).isEqualTo(7);
        assertThat(entrance.joined(0).snapshot()).isFalse();
        assertThat(entrance.snapshot()).isEmpty();
        assertThat(entrance.gap()).isNull();
    }

    @Test
    void subscribingAgainWithoutResumeSendsNothing() {
        Room room = room("price", 7, 7, KEPT);
        Entrance entrance = Entrance.of(room, member(room, 7), command("price", null));
        assertThat(entrance.snapshot()).isEmpty();
        assertThat(entrance.gap()).isNull();
        assertThat(entrance.isResumed()).isFalse();
        assertThat(entrance.joined(250).seq()).isEqualTo(7);
        assertThat(entrance.joined(250).intervalMs()).isEqualTo(250);
    }

    @Test
    void subscribingAgainIsAnsweredByWhereTheSessionStands() {
        Room room = room("trade", 7, 7, KEPT);
        assertThat(Entrance.of(room, member(room, 4), command("trade", null)).joined(0).seq()).isEqualTo(4);
    }

    @Test
    void whatCameAfterTheLastValueIsOwed() {
        Entrance entrance = enter(room("price", 9, 7, KEPT), null);
        assertThat(entrance.joined(0).seq()).isEqualTo(7);
        assertThat(entrance.from()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"price", "trade"})
    void resumingAtTheLastEntryMissesNothing(String kind) {
        Entrance entrance = enter(room(kind, 7, 7, KEPT), "ep-7");
        assertThat(entrance.joined(0).recovered()).isTrue();
        assertThat(entrance.joined(0).seq()).isEqualTo(7);
        assertThat(entrance.snapshot()).isEmpty();
        assertThat(entrance.gap()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"price", "trade"})
    void resumingFurtherBackIsOwedTheRest(String kind) {
        Entrance entrance = enter(room(kind, 7, 7, KEPT), "ep-3");
        assertThat(entrance.joined(0).recovered()).isTrue();
        assertThat(entrance.joined(0).seq()).isEqualTo(3);
        assertThat(entrance.from()).isEqualTo(3);
        assertThat(entrance.gap()).isNull();
    }

    @Test
    void resumingAnEveryChannelFromBeforeItsHistoryIsAGapOfWhatIsGone() {
        Entrance entrance = enter(room("trade", 7, 7, 2), "ep-3");
        assertThat(entrance.joined(0).recovered()).isFalse();
        assertThat(entrance.joined(0).seq()).isEqualTo(3);
        assertThat(entrance.gap()).isEqualTo(new ServerMessage.Gap("trade:x", 4, 5, GapReason.HISTORY));
    }

    @Test
    void resumingWhereNoHistoryIsKeptIsAGapOfAllThatCameSince() {
        Entrance entrance = enter(room("trade", 7, 7, 0), "ep-3");
        assertThat(entrance.joined(0).recovered()).isFalse();
        assertThat(entrance.gap()).isEqualTo(new ServerMessage.Gap("trade:x", 4, 7, GapReason.HISTORY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"other-7", "ep-8", "ep--1", "ep-", "ep", "", "-7", "ep-99999999999999999999", "ep-7x",
            "ep-7-1"})
    void aPositionOfNoKnownEntryIsAGapOfAnotherEpoch(String position) {
        Entrance latest = enter(room("price", 7, 7, KEPT), position);
        assertThat(latest.gap().reason()).isEqualTo(GapReason.EPOCH);
        assertThat(latest.joined(0).recovered()).isFalse();
        assertThat(seqs(latest)).containsExactly(7L);
        Entrance every = Entrance.of(room("trade", 7, 7, KEPT), null, command("trade", position));
        assertThat(every.gap().reason()).isEqualTo(GapReason.EPOCH);
        assertThat(every.snapshot()).isEmpty();
        assertThat(every.from()).isEqualTo(7);
    }

    @Test
    void resumingByNumberIsOwedWhatHasAHigherOne() {
        Room room = room("trade", 7, 7, KEPT);
        assertThat(byNumber(room, 104).from()).isEqualTo(4);
        assertThat(byNumber(room, 104).recovered()).isTrue();
        assertThat(byNumber(room, 107).from()).isEqualTo(7);
        assertThat(byNumber(room, 500).from()).isEqualTo(7);
    }

    @Test
    void resumingByANumberFromBeforeTheHistoryIsAGapOfAllThatMayBeMissing() {
        Entrance entrance = byNumber(room("trade", 7, 7, 2), 104);
        assertThat(entrance.recovered()).isFalse();
        assertThat(entrance.gap()).isEqualTo(new ServerMessage.Gap("trade:x", 1, 5, GapReason.HISTORY));
        assertThat(byNumber(room("trade", 7, 7, 2), 105).recovered()).isTrue();
    }

    @Test
    void resumingByANumberFromBeforeTheChannelWasKnownIsAGapOfAnotherEpoch() {
        Entrance entrance = byNumber(room("trade", 7, 7, KEPT), 99);
        assertThat(entrance.recovered()).isFalse();
        assertThat(entrance.gap().reason()).isEqualTo(GapReason.EPOCH);
    }

    @Test
    void resumingALatestChannelByNumberBeginsWithItsLastValue() {
        Entrance entrance = byNumber(room("price", 7, 7, KEPT), 107);
        assertThat(entrance.recovered()).isTrue();
        assertThat(seqs(entrance)).containsExactly(7L);
    }

    @Test
    void recoveringIsOwedWhatHasAHigherNumberAndNothingTwice() {
        for (String kind : List.of("trade", "price")) {
            Room room = room(kind, 7, 7, KEPT);
            assertThat(Entrance.recover(room, 104)).isEqualTo(new Entrance(room, 4, true, List.of(), null));
            assertThat(Entrance.recover(room, 107)).isEqualTo(new Entrance(room, 7, true, List.of(), null));
            assertThat(Entrance.recover(room, 500)).isEqualTo(new Entrance(room, 7, true, List.of(), null));
        }
    }

    @Test
    void recoveringIsNotToBeHadOnceTheHistoryLacksSomething() {
        assertThat(Entrance.recover(room("trade", 7, 7, 2), 104).recovered()).isFalse();
        assertThat(Entrance.recover(room("trade", 7, 7, KEPT), 99).recovered()).isFalse();
        assertThat(Entrance.recover(room("price", 7, 7, KEPT), 99).recovered()).isFalse();
    }

    @Test
    void recoveringIsOwedALastValueThatTheHistoryHasLost() {
        Room room = room("price", 7, 7, 0);
        assertThat(Entrance.recover(room, 106)).isEqualTo(new Entrance(room, 6, true, List.of(), null));
        assertThat(Entrance.recover(room, 107)).isEqualTo(new Entrance(room, 7, true, List.of(), null));
    }

    @Test
    void aRoomWithoutAValueHasNoSnapshotToGive() {
        Entrance entrance = enter(room("price", 0, 0, KEPT), "other-3");
        assertThat(entrance.snapshot()).isEmpty();
        assertThat(entrance.joined(0).snapshot()).isFalse();
        assertThat(entrance.gap().reason()).isEqualTo(GapReason.EPOCH);
    }

    @Test
    void saysThatTheBrokerIsAway() {
        Room room = room("trade", 1, 1, KEPT);
        room.setLive(false);
        assertThat(enter(room, null).joined(0).live()).isFalse();
    }

    private static Entrance enter(Room room, String position) {
        return Entrance.of(room, null, command(room.kind().name(), position));
    }

    /** A member that has asked for an interval and has got everything up to a seq. */
    private static Subscription member(Room room, long seq) {
        Session session = new Session("s", TransportKind.WEBSOCKET, null, true, null, Principal.ANONYMOUS);
        Subscription member = new Subscription(session, room.channel());
        member.intervalMs = 250;
        room.add(member, seq);
        return member;
    }

    private static Entrance byNumber(Room room, long number) {
        return Entrance.of(room, null, new Command.Subscribe(null, List.of(room.channel()), 0, Map.of(), number));
    }

    private static Command.Subscribe command(String kind, String position) {
        return new Command.Subscribe(null, List.of(kind + ":x"), 0,
                position == null ? Map.of() : Map.of(kind + ":x", position));
    }

    private static List<Long> seqs(Entrance entrance) {
        return entrance.snapshot().stream().map(Publication::seq).toList();
    }

    /**
     * A room whose channel became known at number 100.
     *
     * @param valueSeq the last publication's seq, 0 for none; what came after it are gaps
     */
    private static Room room(String kind, long seq, long valueSeq, int kept) {
        Room room = new Room(kind + ":x", SampleKinds.named(kind), new Tally(null));
        Topic topic = new Topic(kind + ":x", SampleKinds.named(kind), "ep");
        History history = new History(kept, 120_000, 100, new DeadlineQueue<>(0));
        LastValues values = new LastValues(topic.kind());
        for (long at = 1; at <= seq; at++) {
            if (at <= valueSeq) {
                Publication value = new Publication(topic, at, 100 + at, "1".getBytes(StandardCharsets.UTF_8), 0, 0,
                        Publication.NO_AGE);
                values.take(value);
                history.append(value);
            } else {
                history.append(new Gap(topic, at, at, GapReason.UPSTREAM, 100 + at, 0));
            }
        }
        room.open(new ShardEvent.RoomOpened(room, topic, history, seq, values, 100 + seq, true));
        return room;
    }
}
