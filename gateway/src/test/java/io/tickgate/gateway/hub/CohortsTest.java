package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.hub.CodedClient.Way;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.protocol.message.Disconnect;

final class CohortsTest {
    private static final String CHANNEL = "trade:a";
    private static final int KEYFRAME_BLOCKS = 8;
    /** Longer than subscriptions have to rest. */
    private static final int REST_MS = 1_100;

    private HandTurnedHub hub = HandTurnedHub.sharing(2, KEYFRAME_BLOCKS);
    private int ids;
    private int published;
    private long counted;
    private final List<String> payloads = new ArrayList<>();

    @AfterEach
    void close() {
        hub.close();
    }

    @ParameterizedTest
    @EnumSource(value = Way.class, names = "BROTLI", mode = EnumSource.Mode.EXCLUDE)
    void whoeverGetsTheSameSharesOnceItsSubscriptionsHaveRested(Way way) {
        connect(way, CHANNEL);
        connect(way, CHANNEL);
        publish(3);
        assertThat(shared()).isZero();
        hub.pass(REST_MS);
        assertThat(streams()).isOne();
        publish(3);
        assertThat(shared()).isEqualTo(6);
    }

    @Test
    void otherSubscriptionsIntervalsAndFormatsShareApart() {
        connect(Way.GZIP, CHANNEL);
        connect(Way.GZIP, CHANNEL);
        connect(Way.ZSTD, CHANNEL);
        hub.pass(REST_MS);
        assertThat(streams()).isEqualTo(2);
        CodedClient throttled = new CodedClient(Way.GZIP, hub.shards.getFirst(), "throttled", Principal.ANONYMOUS);
        throttled.subscribe(250, List.of(CHANNEL));
        hub.turnAll();
        hub.pass(REST_MS);
        publish(1);
        assertThat(shared()).as("all but the throttled one, for which no stream is left").isEqualTo(3);
    }

    @Test
    void aBrotliStreamHasNoContextToShare() {
        connect(Way.BROTLI, CHANNEL);
        connect(Way.BROTLI, CHANNEL);
        hub.pass(REST_MS);
        publish(3);
        assertThat(streams()).isZero();
        assertThat(shared()).isZero();
    }

    @Test
    void whoComesLaterJoinsAtAKeyframe() {
        connect(Way.GZIP, CHANNEL);
        hub.pass(REST_MS);
        publish(1);
        connect(Way.GZIP, CHANNEL);
        hub.pass(REST_MS);
        shared();
        publish(KEYFRAME_BLOCKS - 1);
        assertThat(shared()).as("the first one alone, to the keyframe").isEqualTo(KEYFRAME_BLOCKS - 1);
        publish(3);
        assertThat(shared()).as("both from the keyframe on").isEqualTo(6);
    }

    @Test
    void aKeyframeComesAfterSomeTimeToo() {
        connect(Way.GZIP, CHANNEL);
        hub.pass(REST_MS);
        publish(1);
        connect(Way.GZIP, CHANNEL);
        hub.pass(REST_MS);
        hub.pass(5_000);
        shared();
        publish(1);
        assertThat(shared()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = Way.class, names = "BROTLI", mode = EnumSource.Mode.EXCLUDE)
    void whatIsOnesOwnEndsSharingWhereAllBytesAreOfOneStream(Way way) {
        CodedClient client = new CodedClient(way, hub.shards.getFirst(), "u", new Principal("u", List.of(), 0));
        client.subscribe(0, List.of(CHANNEL));
        connect(way, CHANNEL);
        hub.turnAll();
        hub.pass(REST_MS);
        publish(1);
        shared();
        hub.publish("user:u", "{\"for\":\"u\"}");
        hub.turnAll();
        publish(1);
        assertThat(shared()).isEqualTo(way == Way.WEBSOCKET ? 2 : 1);
    }

    @Test
    void whoseSubscriptionsChangeLeavesAndTheOthersGoOn() {
        CodedClient first = connect(Way.ZSTD, CHANNEL);
        connect(Way.ZSTD, CHANNEL);
        hub.pass(REST_MS);
        publish(1);
        shared();
        first.subscribe(0, List.of("trade:b"));
        hub.turnAll();
        publish(2);
        assertThat(shared()).isEqualTo(2);
        first.unsubscribe("trade:b");
        hub.turnAll();
        hub.pass(REST_MS);
        publish(2 * KEYFRAME_BLOCKS);
        assertThat(shared()).as("it is back since the next keyframe").isGreaterThan(2 * KEYFRAME_BLOCKS + 2);
    }

    @Test
    void aReaderThatSkippedJoinsAgainAtAKeyframe() {
        CodedClient slow = connect(Way.GZIP, "price:a");
        connect(Way.GZIP, "price:a");
        hub.pass(REST_MS);
        publish("price:a", 1);
        slow.take(0);
        publish("price:a", 3 * KEYFRAME_BLOCKS, "x".repeat(3_900));
        hub.pass(1);
        slow.take(Long.MAX_VALUE);
        hub.turnAll();
        publish("price:a", 2 * KEYFRAME_BLOCKS);
        shared();
        publish("price:a", 1);
        assertThat(shared()).isEqualTo(2);
        hub.shards.getFirst().disconnect(slow.session, Disconnect.NORMAL);
        assertThat(slow.lines()).last().asString().contains("{\"n\":" + published + ",");
    }

    /** At intervals, since whoever is brought forward by itself shares nothing meanwhile. */
    @ParameterizedTest
    @EnumSource(value = Way.class, names = "BROTLI", mode = EnumSource.Mode.EXCLUDE)
    void aReaderWhoseTurnWasCutGoesOnWhereItWasCut(Way way) {
        hub.close();
        hub = HandTurnedHub.sharing(2, 1_000, 8 * 1024);
        CodedClient slow = throttled(way);
        throttled(way);
        hub.pass(REST_MS);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 40; i++) {
            // Until a period holds more than a piece.
            publish(CHANNEL, 1, noise(random));
            passInterval();
        }
        slow.take(0);
        for (int i = 0; i < 12; i++) {
            publish(CHANNEL, 1, noise(random));
        }
        shared();
        passInterval();
        assertThat(shared()).as("a beginning for one, and all for the other").isBetween(13L, 23L);
        slow.take(Long.MAX_VALUE);
        hub.turnAll();
        publish(1);
        passInterval();
        hub.shards.getFirst().disconnect(slow.session, Disconnect.NORMAL);
        assertThat(slow.lines().stream().filter(line -> line.contains("\"rest\":"))
                .map(line -> line.substring(line.indexOf("\"data\":") + "\"data\":".length(), line.length() - 1)))
                .containsExactlyElementsOf(payloads);
    }

    private CodedClient throttled(Way way) {
        CodedClient client = new CodedClient(way, hub.shards.getFirst(), "c" + ids++, Principal.ANONYMOUS);
        client.subscribe(50, List.of(CHANNEL));
        hub.turnAll();
        return client;
    }

    private void passInterval() {
        hub.fireTimers(60);
        hub.turnAll();
    }

    /** Its user's own updates go plain between the others, so that each ends what was collected before. */
    @Test
    void aReaderThatIsBehindIsGivenNoMoreThanItTakes() {
        CodedClient slow = new CodedClient(Way.WEBSOCKET, hub.shards.getFirst(), "u", new Principal("u", List.of(), 0));
        slow.subscribe(0, List.of(CHANNEL));
        hub.turnAll();
        slow.take(0);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            publish("user:u", 1, noise(random));
            publish(CHANNEL, 1, noise(random));
        }
        slow.take(slow.pendingBytes() + 1);
        hub.turnAll();
        assertThat(slow.pendingBytes()).isPositive().isLessThan(16 * 1024);
        for (int i = 0; i < 400 && slow.pendingBytes() > 0; i++) {
            slow.take(slow.pendingBytes() + 1);
            hub.turnAll();
        }
        hub.shards.getFirst().disconnect(slow.session, Disconnect.NORMAL);
        assertThat(slow.lines().stream().filter(line -> line.contains("\"rest\":"))).hasSize(published);
    }

    private static String noise(SplittableRandom random) {
        return random.ints(3_000, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    @Test
    void theLargestCohortsGetTheStreams() {
        connect(Way.GZIP, "trade:a");
        connect(Way.GZIP, "trade:b");
        hub.pass(REST_MS);
        assertThat(streams()).isEqualTo(2);
        connect(Way.GZIP, "trade:c");
        hub.pass(REST_MS);
        publish("trade:c", 1);
        assertThat(shared()).as("no larger than those that have one").isZero();
        connect(Way.GZIP, "trade:c");
        hub.pass(REST_MS);
        publish("trade:c", 1);
        assertThat(shared()).as("twice as large").isEqualTo(2);
        assertThat(streams()).isEqualTo(2);
    }

    @Test
    void aStreamEndsWithItsLastReader() {
        CodedClient client = connect(Way.GZIP, CHANNEL);
        hub.pass(REST_MS);
        publish(1);
        hub.shards.getFirst().disconnect(client.session, Disconnect.NORMAL);
        hub.pass(1);
        assertThat(streams()).isZero();
    }

    private CodedClient connect(Way way, String channel) {
        CodedClient client = new CodedClient(way, hub.shards.getFirst(), "c" + ids++, Principal.ANONYMOUS);
        client.subscribe(0, List.of(channel));
        hub.turnAll();
        return client;
    }

    private void publish(int count) {
        publish(CHANNEL, count);
    }

    private void publish(String channel, int count) {
        publish(channel, count, "");
    }

    private void publish(String channel, int count, String rest) {
        for (int i = 0; i < count; i++) {
            payloads.add("{\"n\":" + ++published + ",\"rest\":\"" + rest + "\"}");
            hub.publish(channel, payloads.getLast());
            hub.turnAll();
        }
    }

    private long streams() {
        return hub.metrics.getFirst().get(Gauge.SHARED_STREAMS);
    }

    /** Updates that were shared since this was asked last. */
    private long shared() {
        long before = counted;
        counted = hub.metrics.getFirst().get(Counter.SHARED_DELIVERIES);
        return counted - before;
    }
}
