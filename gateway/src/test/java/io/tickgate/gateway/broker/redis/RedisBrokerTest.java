package io.tickgate.gateway.broker.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerUnavailable;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.ChannelName;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.gateway.testing.RedisFixture;

@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExpectedLog({"^Redis .* held back\\)$", "^Dropped a message on ", "^The receiver of a message failed",
        "^Connection is already closed"})
class RedisBrokerTest {
    private static final int MAX_PAYLOAD_BYTES = 64 * 1024;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final LoopMetrics metrics = new LoopMetrics();
    private EventLoop loop;
    private RecordingSink sink;
    private RedisBroker broker;

    @AfterEach
    void closeAll() throws Exception {
        if (sink != null) {
            assertThat(sink.strayCalls).as("calls off the ingest loop").hasValue(0);
        }
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio", "io_uring"})
    void deliversTheMessagesOfEachChannelInOrder(String transport) {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), transport);
        List<String> channels = names("order:", 300);
        subscribe(channels);
        awaitSubscribed(channels);

        List<String> published = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (String channel : channels) {
                assertThat(redis.publish(channel, "{\"n\":" + round + "}")).isEqualTo(1);
                published.add(channel + "={\"n\":" + round + "}");
            }
        }

        await().untilAsserted(() -> assertThat(sink.messages).hasSameSizeAs(published));
        assertThat(sink.messages).isEqualTo(published);
    }

    @Test
    void startsNoThreadOfItsOwn() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        awaitUp();

        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                .noneMatch(name -> name.contains("lettuce") || name.contains("parallel-"));
    }

    @Test
    void asksForManyChannelsInFewRequests() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll");
        awaitUp();
        List<String> channels = names("order:", 2_500);

        onLoop(() -> {
            channels.forEach(channel -> broker.subscribe(List.of(channel)));
            return null;
        });
        awaitSubscribed(channels);
        assertThat(redis.calls("subscribe")).isEqualTo(3);

        onLoop(() -> {
            channels.forEach(channel -> broker.unsubscribe(List.of(channel)));
            return null;
        });
        await().untilAsserted(() -> assertThat(redis.command("PUBSUB", "CHANNELS")).isEqualTo(List.of()));
        assertThat(redis.calls("unsubscribe")).isEqualTo(3);
    }

    @Test
    void followsAKindByOnePatternAndDeliversEachMessageOnce() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        awaitUp();
        assertThat(redis.command("PUBSUB", "NUMPAT")).isEqualTo(1L);

        subscribe(List.of("price:BTC-USD", "order:1"));
        awaitSubscribed(List.of("price:BTC-USD", "order:1"));
        redis.publish("price:BTC-USD", "1");
        redis.publish("price:never-asked-for", "2");
        redis.publish("order:1", "3");
        redis.publish("order:2", "4");
        redis.publish("price:BTC-USD", "5");

        await().until(() -> sink.messages.contains("price:BTC-USD=5"));
        assertThat(sink.messages).containsExactly("price:BTC-USD=1", "price:never-asked-for=2", "order:1=3",
                "price:BTC-USD=5");
        assertThat(redis.command("PUBSUB", "CHANNELS")).isEqualTo(List.of("order:1"));
    }

    @Test
    void putsThePrefixBeforeEachName() throws Exception {
        RedisFixture redis = redis();
        start(settings(redis.uri(), "prod/"), "epoll", "price");
        awaitUp();
        subscribe(List.of("order:1"));
        awaitSubscribed(List.of("order:1"));

        redis.publish("order:1", "0");
        redis.publish("prod/order:1", "1");
        redis.publish("price:A", "0");
        redis.publish("prod/price:A", "2");
        assertThat(publish("order:1", "3").get(10, TimeUnit.SECONDS)).isEqualTo(Broker.SEQ_UNKNOWN);

        await().until(() -> sink.messages.contains("order:1=3"));
        assertThat(sink.messages).containsExactly("order:1=1", "price:A=2", "order:1=3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void announcesARestartAndMissesNothingAfterIt(String transport) {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), transport, "price");
        List<String> channels = names("order:", 1_500);
        subscribe(channels);
        awaitSubscribed(channels);
        awaitUp();

        for (int round = 1; round <= 3; round++) {
            redis.stop();
            await().until(() -> broker.state() == Broker.State.DOWN);
            int asked = round;
            subscribe(List.of("log:asked-while-away-" + asked));
            redis.start();
            await().until(() -> broker.state() == Broker.State.UP);
            // Whoever is told "up" may publish at once.
            for (String channel : channels) {
                assertThat(redis.publish(channel, "r" + round)).isEqualTo(1);
            }
            assertThat(redis.publish("price:A", "r" + round)).isEqualTo(1);
            assertThat(sink.subscribed).contains("log:asked-while-away-" + asked);
            await().until(() -> sink.messages.contains("price:A=r" + asked));
            assertThat(sink.messages).filteredOn(message -> message.endsWith("=r" + asked))
                    .hasSize(channels.size() + 1);
        }

        assertThat(sink.changes).containsExactly("up", "down", "up", "down", "up", "down", "up");
        assertThat(metrics.get(Counter.UPSTREAM_OUTAGES)).isEqualTo(3);
        assertThat(sink.subscribed).as("each confirmed once").doesNotHaveDuplicates();
    }

    @Test
    void serviceStartsWithoutRedisAndFindsItLater() {
        RedisFixture redis = keep(RedisFixture.stopped());
        start(settings(redis.uri(), ""), "epoll", "price");
        subscribe(List.of("order:1", "price:A"));
        await().until(() -> sink.changes.equals(List.of("down")));
        assertThat(broker.state()).isEqualTo(Broker.State.DOWN);
        assertThat(sink.subscribed).isEmpty();

        redis.start();
        awaitUp();
        assertThat(sink.changes).containsExactly("down", "up");
        assertThat(sink.subscribed).containsExactlyInAnyOrder("order:1", "price:A");
        assertThat(metrics.get(Counter.UPSTREAM_OUTAGES)).isEqualTo(1);
        redis.publish("order:1", "1");
        await().until(() -> sink.messages.contains("order:1=1"));
    }

    @Test
    void announcesEvenTheShortestLossOfTheConnection() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        subscribe(List.of("order:1"));
        awaitUp();

        assertThat(redis.command("CLIENT", "KILL", "TYPE", "pubsub")).isEqualTo(1L);

        await().until(() -> sink.changes.equals(List.of("up", "down", "up")));
        assertThat(redis.publish("order:1", "1")).isEqualTo(1);
        assertThat(redis.publish("price:A", "2")).isEqualTo(1);
        await().until(() -> sink.messages.equals(List.of("order:1=1", "price:A=2")));
        assertThat(metrics.get(Counter.UPSTREAM_OUTAGES)).isEqualTo(1);
    }

    @Test
    void losingOnlyThePublishingConnectionIsNoOutage() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        awaitUp();
        String id = clients(redis).filter(client -> client.contains("name=tickgate-publish"))
                .map(client -> client.replaceAll("^id=(\\d+) .*", "$1")).findFirst().orElseThrow();

        redis.command("CLIENT", "KILL", "ID", id);

        await().until(() -> clients(redis).anyMatch(
                client -> client.contains("name=tickgate-publish") && !client.startsWith("id=" + id + " ")));
        await().ignoreExceptions().until(() -> publish("price:A", "1").get(5, TimeUnit.SECONDS) == 0);
        assertThat(sink.changes).containsExactly("up");
    }

    @Test
    void noticesARedisThatIsOnlySilent() throws Exception {
        RedisFixture redis = redis();
        start(new RedisSettings(redis.uri(), "", 10, 100, 300), "epoll", "price");
        awaitUp();

        CompletionStage<Long> unanswered = redis.whileFrozen(() -> {
            CompletableFuture<Long> answer = publish("price:A", "1");
            await().until(() -> broker.state() == Broker.State.DOWN);
            await().until(answer::isCompletedExceptionally);
            return answer;
        });

        await().until(() -> broker.state() == Broker.State.UP);
        assertThat(sink.changes).startsWith("up", "down", "up");
        assertUnavailable(unanswered, BrokerUnavailable.INSTANCE);
    }

    @Test
    void staysUpWhileRedisIsIdle() {
        RedisFixture redis = redis();
        start(new RedisSettings(redis.uri(), "", 10, 100, 90), "epoll", "price");
        subscribe(List.of("order:1"));
        awaitUp();
        long pings = redis.calls("ping");

        await().until(() -> redis.calls("ping") > pings + 20);
        redis.publish("order:1", "1");
        await().until(() -> sink.messages.contains("order:1=1"));
        assertThat(sink.changes).containsExactly("up");
    }

    @Test
    void retriesAWrongPasswordQuietlyAndNeverShowsIt() {
        RedisFixture redis = keep(RedisFixture.started("requirepass right"));
        List<String> log = captureLog();
        start(new RedisSettings("redis://:sesame-wrong@127.0.0.1:" + redis.port(), "", 1, 10, 1_000), "epoll");
        redis.command("AUTH", "right");

        await().until(() -> redis.calls("auth") > 30);
        assertThat(sink.changes).containsExactly("down");
        // Redis may end the connection before its reason has been read, so not every line need name it.
        assertThat(log).hasSizeBetween(1, 2).anyMatch(line -> line.contains("WRONGPASS"))
                .noneMatch(line -> line.contains("sesame"));

        redis.command("CONFIG", "SET", "requirepass", "sesame-wrong");
        awaitUp();
    }

    @Test
    void retriesAnUnknownHostQuietly() {
        List<String> log = captureLog();
        // A label of more than 63 characters: no name server needs to be asked to know that it does not exist.
        start(new RedisSettings("redis://user:sesame@" + "x".repeat(70), "", 1, 2, 1_000), "nio");

        await().until(() -> sink.changes.contains("down"));
        assertUnavailable(publish("price:A", "1"), BrokerUnavailable.INSTANCE);
        await().untilAsserted(() -> assertThat(log).hasSize(2).allMatch(line -> line.contains("unknown host"))
                .noneMatch(line -> line.contains("sesame")));
    }

    @Test
    void dropsPayloadsOverTheLimitOnlyAndCountsThem() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        subscribe(List.of("order:1"));
        awaitUp();

        redis.publish("order:1", "x".repeat(MAX_PAYLOAD_BYTES + 1));
        redis.publish("price:A", "x".repeat(1_000_000));
        redis.publish("order:1", "x".repeat(MAX_PAYLOAD_BYTES));
        redis.publish("order:1", "");

        await().until(() -> sink.messages.contains("order:1="));
        assertThat(sink.messages).containsExactly("order:1=" + "x".repeat(MAX_PAYLOAD_BYTES), "order:1=");
        assertThat(onLoop(() -> metrics.get(Counter.PAYLOAD_TOO_BIG))).isEqualTo(2);
        assertThat(sink.changes).containsExactly("up");
    }

    @Test
    void namesThatAreNoChannelsReachTheSinkAsSuch() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        awaitUp();

        redis.publish("price:" + "x".repeat(200_000), "1");
        redis.publish("price:é", "2");
        redis.publish("price:", "3");

        await().until(() -> sink.messages.size() == 3);
        assertThat(sink.messages).map(message -> message.substring(0, message.indexOf('=')))
                .noneMatch(ChannelName::isValid).allMatch(name -> name.length() <= 129);
    }

    @Test
    void aFailingReceiverDoesNotStopTheMessages() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        awaitUp();

        sink.failing = true;
        IntStream.range(0, 100).forEach(i -> redis.publish("price:A", "bad" + i));
        subscribe(List.of("order:1"));
        awaitSubscribed(List.of("order:1"));
        sink.failing = false;
        redis.publish("price:A", "good");

        await().until(() -> sink.messages.contains("price:A=good"));
        assertThat(sink.changes).containsExactly("up");
    }

    @Test
    void publishesFromAnyThreadInOrder() throws Exception {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        awaitUp();

        List<CompletionStage<Long>> answers = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            answers.add(publish("price:A", Integer.toString(i)));
        }
        for (CompletionStage<Long> answer : answers) {
            assertThat(answer.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(Broker.SEQ_UNKNOWN);
        }
        await().until(() -> sink.messages.size() == 2_000);
        assertThat(sink.messages).isEqualTo(IntStream.range(0, 2_000).mapToObj(i -> "price:A=" + i).toList());
    }

    @Test
    void refusesToPublishWhileRedisIsAway() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        awaitUp();
        redis.stop();
        await().until(() -> broker.state() == Broker.State.DOWN);

        await().untilAsserted(() -> assertUnavailable(publish("price:A", "1"), BrokerUnavailable.INSTANCE));

        redis.start();
        await().until(() -> broker.state() == Broker.State.UP);
        await().ignoreExceptions().until(() -> publish("price:A", "1").get(5, TimeUnit.SECONDS) == 0);
    }

    @Test
    void refusesToPublishMoreThanMayWait() throws Exception {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll");
        awaitUp();
        byte[] payload = new byte[1 << 20];

        List<CompletableFuture<Long>> answers = redis.whileFrozen(() -> {
            List<CompletableFuture<Long>> all = IntStream.range(0, 20)
                    .mapToObj(i -> broker.publish("log:a", payload).toCompletableFuture()).toList();
            assertUnavailable(all.getLast(), BrokerUnavailable.BUSY);
            return all;
        });
        for (CompletableFuture<Long> answer : answers.subList(0, 15)) {
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(Broker.SEQ_UNKNOWN);
        }
        assertThat(publish("log:a", "1").get(10, TimeUnit.SECONDS)).isEqualTo(Broker.SEQ_UNKNOWN);
    }

    @Test
    void oneForbiddenChannelKeepsNoOtherFromBeingSubscribed() throws Exception {
        RedisFixture redis = redis();
        redis.command("ACL", "SETUSER", "gate", "on", ">pass", "+@all", "resetchannels", "&order:*", "&price:*");
        start(settings("redis://gate:pass@127.0.0.1:" + redis.port(), ""), "epoll", "price");
        List<String> channels = names("order:", 700);
        List<String> withForbidden = new ArrayList<>(channels);
        withForbidden.add(123, "log:a");
        withForbidden.add(456, "log:b");
        subscribe(withForbidden);

        awaitSubscribed(channels);
        await().until(() -> new TreeSet<>(sink.refused).equals(Set.of("log:a", "log:b")));
        awaitUp();
        assertUnavailable(publish("log:a", "1"), BrokerUnavailable.REFUSED);
        redis.command("ACL", "SETUSER", "gate", "&log:*");
        subscribe(List.of("log:a"));
        awaitSubscribed(List.of("log:a"));
        assertThat(sink.changes).containsExactly("up");
    }

    @Test
    void aChannelThatIsForbiddenByTheTimeItIsBackIsRefused() {
        RedisFixture redis = redis();
        redis.command("ACL", "SETUSER", "gate", "on", ">pass", "+@all", "resetchannels", "&order:*", "&log:*",
                "&price:*");
        start(settings("redis://gate:pass@127.0.0.1:" + redis.port(), ""), "epoll", "price");
        subscribe(List.of("order:a", "log:a"));
        awaitSubscribed(List.of("order:a", "log:a"));
        awaitUp();
        // Redis closes the connections of whoever is subscribed to more than it may.
        redis.command("ACL", "SETUSER", "gate", "resetchannels", "&order:*", "&price:*");
        await().until(() -> sink.changes.equals(List.of("up", "down", "up")));
        assertThat(sink.refused).containsExactly("log:a");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void endsUpWithExactlyWhatWasWantedLast(long seed) {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        awaitUp();
        Random random = new Random(seed);
        List<String> names = new ArrayList<>(names("order:", 40));
        names.addAll(names("price:", 5));
        Set<String> wanted = new TreeSet<>();
        for (int turn = 0; turn < 3_000; turn++) {
            List<Boolean> kinds = new ArrayList<>();
            List<String> picked = new ArrayList<>();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                kinds.add(random.nextBoolean());
                picked.add(names.get(random.nextInt(names.size())));
            }
            onLoop(() -> {
                for (int i = 0; i < picked.size(); i++) {
                    if (kinds.get(i)) {
                        broker.subscribe(List.of(picked.get(i)));
                        wanted.add(picked.get(i));
                    } else {
                        broker.unsubscribe(List.of(picked.get(i)));
                        wanted.remove(picked.get(i));
                    }
                }
                return null;
            });
            if (turn % 1_000 == 500) {
                awaitUp();
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            }
        }
        await().until(() -> broker.state() == Broker.State.UP && sink.changes.size() == 7);

        Set<String> ownSubscriptions = new TreeSet<>(wanted);
        ownSubscriptions.removeIf(name -> name.startsWith("price:"));
        await().untilAsserted(() -> assertThat(channelsOf(redis)).isEqualTo(ownSubscriptions));
        wanted.forEach(name -> assertThat(redis.publish(name, "last")).as(name).isEqualTo(1));
        await().untilAsserted(() -> assertThat(new TreeSet<>(sink.messages)).hasSameSizeAs(wanted));
        assertThat(sink.messages).hasSameSizeAs(wanted);
    }

    @Test
    void saysNothingMoreOnceClosed() {
        RedisFixture redis = redis();
        start(settings(redis.uri(), ""), "epoll", "price");
        awaitUp();

        onLoop(() -> {
            broker.close();
            return null;
        });

        await().until(() -> clients(redis).noneMatch(client -> client.contains("name=tickgate")));
        assertThat(sink.changes).containsExactly("up");
        assertThat(broker.state()).isEqualTo(Broker.State.DOWN);
        assertUnavailable(publish("price:A", "1"), BrokerUnavailable.INSTANCE);
        assertThat(loop.isShuttingDown()).isFalse();
    }

    private RedisFixture redis() {
        return keep(RedisFixture.started());
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private static RedisSettings settings(String uri, String prefix) {
        return new RedisSettings(uri, prefix, 10, 200, 3_000);
    }

    private void start(RedisSettings settings, String transport, String... always) {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport(transport));
        // A quiet period, as a socket of io_uring is closed, and its buffers freed, only when its cancelled read has come back.
        keep(() -> group.shutdownGracefully(10, 5_000, TimeUnit.MILLISECONDS).sync());
        loop = group.next();
        sink = new RecordingSink(loop);
        broker = new RedisBroker(settings, loop, metrics, MAX_PAYLOAD_BYTES, List.of(always));
        onLoop(() -> {
            broker.start(sink);
            return null;
        });
        keep(() -> onLoop(() -> {
            broker.close();
            return null;
        }));
    }

    private static IoHandlerFactory transport(String name) {
        return switch (name) {
            case "epoll" -> EpollIoHandler.newFactory();
            case "io_uring" -> {
                assumeTrue(IoUring.isAvailable(), "io_uring is not allowed here");
                yield IoUringIoHandler.newFactory();
            }
            default -> NioIoHandler.newFactory();
        };
    }

    private <T> T onLoop(Callable<T> task) {
        return loop.submit(task).syncUninterruptibly().getNow();
    }

    private void subscribe(Collection<String> channels) {
        onLoop(() -> {
            broker.subscribe(channels);
            return null;
        });
    }

    private CompletableFuture<Long> publish(String channel, String text) {
        return broker.publish(channel, text.getBytes(StandardCharsets.UTF_8)).toCompletableFuture();
    }

    private void awaitUp() {
        await().atMost(Duration.ofSeconds(20)).until(() -> broker.state() == Broker.State.UP);
    }

    private void awaitSubscribed(Collection<String> channels) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> new LinkedHashSet<>(sink.subscribed).containsAll(channels));
    }

    private static List<String> names(String kind, int count) {
        return IntStream.range(0, count).mapToObj(i -> kind + i).toList();
    }

    private static Set<String> channelsOf(RedisFixture redis) {
        Set<String> names = new TreeSet<>();
        for (Object name : (List<?>) redis.command("PUBSUB", "CHANNELS")) {
            names.add((String) name);
        }
        return names;
    }

    private static Stream<String> clients(RedisFixture redis) {
        return ((String) redis.command("CLIENT", "LIST")).lines();
    }

    private static void assertUnavailable(CompletionStage<Long> answer, BrokerUnavailable expected) {
        assertThatThrownBy(() -> answer.toCompletableFuture().get(10, TimeUnit.SECONDS)).hasCause(expected);
    }

    /** All lines of level INFO and above from now on. */
    private List<String> captureLog() {
        List<String> lines = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
                    lines.add(event.getFormattedMessage());
                }
            }
        };
        appender.start();
        Logger logger = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        logger.addAppender(appender);
        keep(() -> logger.detachAppender(appender));
        return lines;
    }
}
