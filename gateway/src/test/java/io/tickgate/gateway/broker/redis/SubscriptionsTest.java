package io.tickgate.gateway.broker.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.broker.BrokerSink;
import io.tickgate.gateway.broker.redis.Subscriptions.Batch;
import io.tickgate.gateway.broker.redis.Subscriptions.Verb;

/** Turned by hand, against a model of what a Redis would do. */
class SubscriptionsTest {
    private final List<String> told = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final Subscriptions subscriptions = withKinds("price");

    @Test
    void asksForThePatternsFirstAndThenForAllThatWasAskedMeanwhile() {
        subscribe("order:1", "order:2", "price:A");
        assertThat(subscriptions.next()).as("not connected").isNull();

        subscriptions.onConnected();

        assertThat(subscriptions.next()).isEqualTo(new Batch(Verb.PSUBSCRIBE, List.of("price:*")));
        assertThat(subscriptions.next()).as("one at a time").isNull();
        subscriptions.onConfirmed(Verb.PSUBSCRIBE, "price:*");
        assertThat(told).containsExactly("price:A");
        assertThat(subscriptions.isComplete()).isFalse();
        assertThat(subscriptions.next()).isEqualTo(new Batch(Verb.SUBSCRIBE, List.of("order:1", "order:2")));
        subscriptions.onConfirmed(Verb.SUBSCRIBE, "order:1");
        subscriptions.onConfirmed(Verb.SUBSCRIBE, "order:2");
        assertThat(told).containsExactly("price:A", "order:1", "order:2");
        assertThat(subscriptions.isComplete()).isTrue();
    }

    @Test
    void whatIsTakenBackInTheSameTurnNeverReachesRedis() {
        connect();
        subscribe("order:1");
        unsubscribe("order:1");

        assertThat(subscriptions.next()).isNull();
        assertThat(told).isEmpty();
        assertThat(subscriptions.size()).isEqualTo(1);
    }

    @Test
    void askingAgainForAConfirmedChannelIsConfirmedWithoutRedis() {
        connect();
        subscribe("order:1");
        exchange();
        unsubscribe("order:1");
        subscribe("order:1");
        assertThat(told).containsExactly("order:1");

        assertThat(subscriptions.next()).isNull();
        assertThat(told).containsExactly("order:1", "order:1");
    }

    @Test
    void aChannelAskedForWhileItIsBeingLeftIsConfirmedOnlyOnceItIsJoinedAgain() {
        connect();
        subscribe("order:1");
        exchange();
        unsubscribe("order:1");
        assertThat(subscriptions.next()).isEqualTo(new Batch(Verb.UNSUBSCRIBE, List.of("order:1")));
        subscribe("order:1");
        assertThat(subscriptions.next()).isNull();
        subscriptions.onConfirmed(Verb.UNSUBSCRIBE, "order:1");
        assertThat(told).containsExactly("order:1");

        assertThat(subscriptions.next()).isEqualTo(new Batch(Verb.SUBSCRIBE, List.of("order:1")));
        subscriptions.onConfirmed(Verb.SUBSCRIBE, "order:1");
        assertThat(told).containsExactly("order:1", "order:1");
    }

    @Test
    void aChannelGivenUpWhileItIsBeingJoinedIsNotConfirmedAndLeft() {
        connect();
        subscribe("order:1");
        assertThat(subscriptions.next()).isEqualTo(new Batch(Verb.SUBSCRIBE, List.of("order:1")));
        unsubscribe("order:1");
        subscriptions.onConfirmed(Verb.SUBSCRIBE, "order:1");

        assertThat(told).isEmpty();
        assertThat(subscriptions.next()).isEqualTo(new Batch(Verb.UNSUBSCRIBE, List.of("order:1")));
        subscriptions.onConfirmed(Verb.UNSUBSCRIBE, "order:1");
        assertThat(subscriptions.size()).as("forgotten").isEqualTo(1);
    }

    @Test
    void isCompleteOnlyOnceAllIsConfirmedThatWasAskedForUntilThen() {
        subscribe("order:1");
        subscriptions.onConnected();
        assertThat(subscriptions.next().verb()).isEqualTo(Verb.PSUBSCRIBE);
        subscriptions.onConfirmed(Verb.PSUBSCRIBE, "price:*");
        assertThat(subscriptions.next().names()).containsExactly("order:1");
        subscribe("order:2");
        subscriptions.onConfirmed(Verb.SUBSCRIBE, "order:1");
        assertThat(subscriptions.isComplete()).isFalse();

        exchange();
        assertThat(subscriptions.isComplete()).isTrue();
        subscribe("order:3");
        assertThat(subscriptions.isComplete()).as("not told yet").isFalse();
        exchange();
        subscriptions.onAnnounced();
        subscribe("order:4");
        assertThat(subscriptions.isComplete()).isTrue();
    }

    @Test
    void whatIsGivenUpWhileAwayIsNotMissed() {
        subscribe("order:1");
        unsubscribe("order:1");
        subscriptions.onConnected();
        exchange();

        assertThat(subscriptions.isComplete()).isTrue();
        assertThat(subscriptions.size()).isEqualTo(1);
    }

    @Test
    void isolatesAForbiddenNameInFewRequests() {
        connect();
        List<String> names = IntStream.range(0, 1_000).mapToObj(i -> "order:" + i).toList();
        names.forEach(subscriptions::subscribe);

        int requests = exchange(Set.of("order:333"));

        assertThat(refused).containsExactly("order:333");
        assertThat(told).hasSize(999);
        assertThat(requests).isLessThan(60);
        assertThat(subscriptions.size()).isEqualTo(1_000);
    }

    @Test
    void aForbiddenPatternIsRefusedToThoseWhoAskForItsChannels() {
        subscribe("price:A");
        subscriptions.onConnected();
        exchange(Set.of("price:*"));
        assertThat(refused).containsExactly("price:A");
        assertThat(subscriptions.isComplete()).isTrue();

        subscribe("price:B");
        exchange();
        assertThat(told).containsExactly("price:B");
    }

    @Test
    void theSinkMayAskForMoreWhileItIsTold() {
        List<Subscriptions> self = new ArrayList<>();
        Subscriptions reentrant = new Subscriptions(List.of("price"), 10, new QuietSink() {
            @Override
            public void onSubscribed(String channel) {
                told.add(channel);
                if (told.size() < 5) {
                    self.getFirst().subscribe("price:" + told.size());
                    self.getFirst().unsubscribe("price:never");
                }
            }
        });
        self.add(reentrant);
        reentrant.onConnected();
        reentrant.subscribe("price:0");
        reentrant.subscribe("price:never");
        assertThat(reentrant.next().verb()).isEqualTo(Verb.PSUBSCRIBE);
        reentrant.onConfirmed(Verb.PSUBSCRIBE, "price:*");
        assertThat(reentrant.next()).isNull();

        assertThat(told).containsExactly("price:0", "price:1", "price:2", "price:3", "price:4");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void anyOrderOfWishesAnswersAndLossesEndsWithExactlyWhatIsWanted(long seed) {
        Random random = new Random(seed);
        Set<String> wanted = new TreeSet<>();
        Set<String> atRedis = new HashSet<>();
        List<String> replies = new ArrayList<>();
        Verb[] verb = new Verb[1];
        int toldBefore = 0;
        boolean announced = false;
        for (int step = 0; step < 50_000; step++) {
            String name = (random.nextInt(8) == 0 ? "price:" : "order:") + random.nextInt(12);
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> {
                    wanted.add(name);
                    subscriptions.subscribe(name);
                }
                case 3, 4, 5 -> {
                    wanted.remove(name);
                    subscriptions.unsubscribe(name);
                }
                case 6, 7 -> {
                    Batch batch = subscriptions.next();
                    if (batch != null) {
                        assertThat(replies).as("one request at a time").isEmpty();
                        assertThat(batch.names()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(1_000);
                        verb[0] = batch.verb();
                        replies.addAll(batch.names());
                    }
                }
                case 8 -> {
                    if (!replies.isEmpty()) {
                        String reply = replies.removeFirst();
                        if (verb[0] == Verb.UNSUBSCRIBE) {
                            assertThat(atRedis.remove(reply)).as("left what was joined").isTrue();
                        } else {
                            assertThat(atRedis.add(reply)).as("joined what was not").isTrue();
                        }
                        subscriptions.onConfirmed(verb[0], reply);
                    }
                }
                default -> {
                    if (random.nextInt(100) == 0) {
                        subscriptions.onDisconnected();
                        announced = false;
                        atRedis.clear();
                        replies.clear();
                    } else {
                        subscriptions.onConnected();
                    }
                }
            }
            if (!announced && subscriptions.isComplete()) {
                assertThat(atRedis).as("complete").contains("price:*").containsAll(
                        wanted.stream().filter(each -> each.startsWith("order:")).toList());
                if (random.nextBoolean()) {
                    announced = true;
                    subscriptions.onAnnounced();
                }
            }
            for (; toldBefore < told.size(); toldBefore++) {
                String confirmed = told.get(toldBefore);
                assertThat(wanted).contains(confirmed);
                assertThat(atRedis).contains(confirmed.startsWith("price:") ? "price:*" : confirmed);
            }
        }
        subscriptions.onConnected();
        replies.forEach(reply -> {
            if (verb[0] == Verb.UNSUBSCRIBE) {
                atRedis.remove(reply);
            } else {
                atRedis.add(reply);
            }
            subscriptions.onConfirmed(verb[0], reply);
        });
        for (Batch batch = subscriptions.next(); batch != null; batch = subscriptions.next()) {
            Batch sent = batch;
            sent.names().forEach(name -> {
                if (sent.verb() == Verb.UNSUBSCRIBE) {
                    atRedis.remove(name);
                } else {
                    atRedis.add(name);
                }
                subscriptions.onConfirmed(sent.verb(), name);
            });
        }

        Set<String> expected = new HashSet<>(wanted);
        expected.removeIf(name -> name.startsWith("price:"));
        expected.add("price:*");
        assertThat(atRedis).isEqualTo(expected);
        assertThat(subscriptions.size()).isEqualTo(expected.size());
        assertThat(subscriptions.isComplete()).isTrue();
    }

    private void connect() {
        subscriptions.onConnected();
        exchange();
    }

    private int exchange() {
        return exchange(Set.of());
    }

    /** Plays Redis until nothing is asked any more; a request with a forbidden name is refused as a whole. */
    private int exchange(Set<String> forbidden) {
        int requests = 0;
        for (Batch batch = subscriptions.next(); batch != null; batch = subscriptions.next()) {
            requests++;
            if (batch.names().stream().anyMatch(forbidden::contains)) {
                subscriptions.onRefused();
            } else {
                Verb verb = batch.verb();
                batch.names().forEach(name -> subscriptions.onConfirmed(verb, name));
            }
        }
        return requests;
    }

    private void subscribe(String... channels) {
        for (String channel : channels) {
            subscriptions.subscribe(channel);
        }
    }

    private void unsubscribe(String channel) {
        subscriptions.unsubscribe(channel);
    }

    private Subscriptions withKinds(String... kinds) {
        return new Subscriptions(List.of(kinds), 1_000, new QuietSink() {
            @Override
            public void onSubscribed(String channel) {
                told.add(channel);
            }

            @Override
            public void onRefused(String channel) {
                refused.add(channel);
            }
        });
    }

    private abstract static class QuietSink implements BrokerSink {
        @Override
        public long onMessage(String channel, byte[] payload) {
            return REFUSED;
        }

        @Override
        public void onDown() {}

        @Override
        public void onUp() {}
    }
}
