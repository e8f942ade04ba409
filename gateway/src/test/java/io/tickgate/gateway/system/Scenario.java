package io.tickgate.gateway.system;

import static io.tickgate.gateway.system.Site.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;

/** The table of scenarios of {@code scenarios.txt}: what each client of each transport is put through. */
enum Scenario {
    SNAPSHOT_THEN_LIVE {
        @Override
        void run(Run run) {
            String channel = run.channel("price");
            run.publishAndAwait(channel, 1);
            try (TestClient client = run.connect()) {
                Answer answer = client.subscribe(channel);
                run.site().publishNumbers(channel, 2, 20);
                List<Update> updates = client.inbox().awaitN(channel, 20);
                assertNumbers(updates, 1, 20);
                assertThat(answer.joined().get(channel).path("snapshot").asBoolean()).isTrue();
                assertThat(updates.getFirst().seq()).isEqualTo(answer.joined().get(channel).path("seq").asLong());
            }
        }
    },
    SEVERAL_CHANNELS {
        @Override
        void run(Run run) {
            String[] channels = {run.channel("price"), run.channel("bench"), run.channel("price")};
            try (TestClient client = run.connect()) {
                assertThat(client.subscribe(channels).joined()).containsOnlyKeys(channels);
                for (int n = 1; n <= 10; n++) {
                    for (String channel : channels) {
                        run.site().publish(channel, number(n));
                    }
                }
                for (String channel : channels) {
                    assertNumbers(client.inbox().awaitN(channel, 10), 1, 10);
                }
                assertThat(client.inbox().updates()).hasSize(30);
            }
        }
    },
    TWO_CLIENTS_SAME_UPDATES_IN_ORDER {
        @Override
        void run(Run run) {
            String channel = run.channel("bench");
            try (TestClient one = run.connect(); TestClient other = run.connect()) {
                one.subscribe(channel);
                other.subscribe(channel);
                run.site().publishNumbers(channel, 1, 100);
                List<Update> updates = one.inbox().awaitN(channel, 100);
                assertNumbers(updates, 1, 100);
                assertThat(other.inbox().awaitN(channel, 100)).isEqualTo(updates);
            }
        }
    },
    REFUSED_CHANNEL {
        @Override
        void run(Run run) {
            String channel = run.channel("price");
            try (TestClient client = run.connect()) {
                assertThat(client.subscribe("nobodys:a").refused()).containsExactly(entry("nobodys:a", "forbidden"));
                assertThat(client.subscribe("no[channel").refused())
                        .containsExactly(entry("no[channel", "bad_channel"));
                assertThat(client.subscribe(channel).joined()).containsOnlyKeys(channel);
                run.site().publish(channel, number(1));
                client.inbox().awaitN(channel, 1);
            }
        }
    },
    PRIVATE_CHANNEL_WITH_TOKEN {
        @Override
        void run(Run run) {
            String channel = run.channel("log");
            try (TestClient client = run.connectAs(run.user(), "log:*")) {
                assertThat(client.subscribe(channel).refused()).isEmpty();
                run.site().publishNumbers(channel, 1, 3);
                assertNumbers(client.inbox().awaitN(channel, 3), 1, 3);
            }
        }
    },
    PRIVATE_CHANNEL_WITHOUT_TOKEN {
        @Override
        void run(Run run) {
            String channel = run.channel("log");
            try (TestClient client = run.connect(); TestClient stranger = run.connectAs(run.user())) {
                assertThat(client.subscribe(channel).refused()).containsExactly(entry(channel, "unauthorized"));
                assertThat(stranger.subscribe(channel).refused()).containsExactly(entry(channel, "forbidden"));
                assertThat(stranger.subscribe("order:somebody-else").refused().values()).containsExactly("forbidden");
            }
        }
    },
    USER_ROOM {
        @Override
        void run(Run run) {
            String user = run.user();
            String other = run.user();
            String price = run.channel("price");
            try (TestClient client = run.connectAs(user); TestClient neighbour = run.connectAs(other)) {
                client.subscribe(price);
                neighbour.subscribe(price);
                client.inbox().awaitJoined("user:" + user);
                neighbour.inbox().awaitJoined("user:" + other);
                run.site().publish("user:" + user, number(1));
                run.site().publish("order:" + user, number(2));
                run.site().publish("user:" + other, number(3));
                client.inbox().awaitN("order:" + user, 2);
                neighbour.inbox().awaitN("user:" + other, 3);
                assertThat(client.inbox().updates()).extracting(Update::channel).containsExactly("user:" + user,
                        "order:" + user);
                assertThat(neighbour.inbox().updates()).extracting(Update::channel).containsExactly("user:" + other);
            }
        }
    },
    UNSUBSCRIBE_STOPS {
        @Override
        void run(Run run) {
            String left = run.channel("bench");
            String kept = run.channel("bench");
            try (TestClient client = run.connect()) {
                client.subscribe(left, kept);
                run.site().publish(left, number(1));
                client.inbox().awaitN(left, 1);
                client.unsubscribe(left);
                run.site().publish(left, number(2));
                run.site().publish(kept, number(3));
                // Whatever was published before comes before.
                client.inbox().awaitN(kept, 3);
                assertNumbers(client.inbox().updates(left), 1, 1);
            }
        }
    },
    LAST_VALUE_SURVIVES_RECONNECT {
        @Override
        void run(Run run) {
            String channel = run.channel("price");
            run.publishAndAwait(channel, 1);
            try (TestClient client = run.connect()) {
                client.subscribe(channel);
                assertNumbers(client.inbox().awaitN(channel, 1), 1, 1);
            }
            run.publishAndAwait(channel, 2);
            try (TestClient client = run.connect()) {
                client.subscribe(channel);
                run.site().publish(channel, number(3));
                assertNumbers(client.inbox().awaitN(channel, 3), 2, 3);
            }
        }
    },
    BAD_MESSAGE_ANSWERED {
        @Override
        void run(Run run) {
            String channel = run.channel("price");
            try (TestClient client = run.connect()) {
                assertThat(client.sendNonsense()).isEqualTo("bad_request");
                assertThat(client.subscribe(channel).refused()).isEmpty();
                run.site().publish(channel, number(1));
                client.inbox().awaitN(channel, 1);
                assertThat(client.isOpen()).isTrue();
            }
        }
    };

    private static final AtomicInteger NAMES = new AtomicInteger();

    abstract void run(Run run);

    /** The name as it stands in the table. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One run of a scenario: who connects to where. */
    record Run(Site site, Connector connector) {
        interface Connector {
            TestClient connect(String token);
        }

        TestClient connect() {
            return connector.connect(null);
        }

        TestClient connectAs(String user, String... patterns) {
            return connector.connect(site.gateway().token(user, patterns));
        }

        /** A channel that no other run uses. */
        String channel(String kind) {
            return kind + ":c" + NAMES.incrementAndGet();
        }

        String user() {
            return "u" + NAMES.incrementAndGet();
        }

        /** Publishes and waits until the gateway has it, as anybody can see. */
        void publishAndAwait(String channel, int n) {
            site.publish(channel, number(n));
            Awaitility.await().pollInterval(Duration.ofMillis(2))
                    .until(() -> site.gateway().get("/channels/" + channel).body().contains(number(n)));
        }
    }

    private static Map.Entry<String, String> entry(String channel, String code) {
        return Map.entry(channel, code);
    }

    /** Each number once and in order, and so the seqs, which have no hole. */
    private static void assertNumbers(List<Update> updates, int from, int to) {
        assertThat(updates).extracting(Update::n)
                .containsExactlyElementsOf(IntStream.rangeClosed(from, to).boxed().toList());
        for (int i = 1; i < updates.size(); i++) {
            assertThat(updates.get(i).seq()).isEqualTo(updates.get(i - 1).seq() + 1);
        }
    }
}
