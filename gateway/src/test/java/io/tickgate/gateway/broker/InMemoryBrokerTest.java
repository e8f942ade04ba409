package io.tickgate.gateway.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InMemoryBrokerTest {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final InMemoryBroker broker = new InMemoryBroker(loop);
    /** Everything told, in order; the loop's until it is read there. */
    private final List<String> told = new ArrayList<>();
    private final BrokerSink sink = new BrokerSink() {
        @Override
        public long onMessage(String channel, byte[] payload) {
            assertThat(loop.inEventLoop()).isTrue();
            told.add(channel + "=" + new String(payload, StandardCharsets.UTF_8));
            return channel.equals("bad") ? REFUSED : told.size();
        }

        @Override
        public void onSubscribed(String channel) {
            assertThat(loop.inEventLoop()).isTrue();
            told.add("subscribed " + channel);
            if (channel.equals("order:first")) {
                broker.unsubscribe(List.of("order:second"));
                broker.subscribe(List.of("order:third"));
            }
        }

        @Override
        public void onDown() {
            told.add("down");
        }

        @Override
        public void onUp() {
            told.add("up");
        }
    };

    @AfterEach
    void stop() throws InterruptedException {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    @Test
    void numbersWhatAnyThreadPublishesInOrder() throws Exception {
        assertThat(broker.isEmbedded()).isTrue();
        start();
        List<CompletableFuture<Long>> answers = IntStream.range(0, 1_000).mapToObj(i -> publish("order:1", "m" + i))
                .toList();

        for (int i = 0; i < 1_000; i++) {
            assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(i + 2);
        }
        assertThat(publish("bad", "x").get(10, TimeUnit.SECONDS)).isEqualTo(BrokerSink.REFUSED);
        assertThat(onLoop(() -> told.subList(0, 3))).containsExactly("up", "order:1=m0", "order:1=m1");
    }

    @Test
    void confirmsAfterTheCallAndBeforeWhatIsPublishedLater() throws Exception {
        start();
        int toldDuringCall = onLoop(() -> {
            int before = told.size();
            broker.subscribe(List.of("order:1", "order:2", "order:3"));
            broker.unsubscribe(List.of("order:2"));
            broker.publish("order:1", new byte[]{'x'});
            return told.size() - before;
        });

        assertThat(toldDuringCall).isZero();
        assertThat(onLoop(() -> List.copyOf(told))).containsExactly("up", "subscribed order:1", "subscribed order:3",
                "order:1=x");
    }

    @Test
    void theReceiverMayChangeItsMindWhileItIsTold() throws Exception {
        start();
        onLoop(() -> {
            broker.subscribe(List.of("order:first", "order:second"));
            return null;
        });

        // Once for the task that confirms, and once for the one that it leaves behind.
        onLoop(() -> null);
        assertThat(onLoop(() -> List.copyOf(told))).containsExactly("up", "subscribed order:first",
                "subscribed order:third");
    }

    @Test
    void takesNothingBeforeTheStartOrAfterTheEnd() throws Exception {
        assertThatThrownBy(() -> publish("order:1", "x").get()).hasCause(BrokerUnavailable.INSTANCE);
        start();
        CompletableFuture<Long> late = onLoop(() -> {
            CompletableFuture<Long> answer = publish("order:1", "x");
            broker.subscribe(List.of("order:1"));
            broker.close();
            return answer;
        });

        assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS)).hasCause(BrokerUnavailable.INSTANCE);
        assertThatThrownBy(() -> publish("order:1", "x").get()).hasCause(BrokerUnavailable.INSTANCE);
        assertThat(onLoop(() -> List.copyOf(told))).containsExactly("up");
    }

    @Test
    void refusesMoreThanMayWaitForABusyLoop() throws Exception {
        start();
        CountDownLatch busy = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        byte[] payload = new byte[1 << 20];
        List<CompletableFuture<Long>> answers = IntStream.range(0, 20)
                .mapToObj(i -> broker.publish("order:1", payload).toCompletableFuture()).toList();

        assertThatThrownBy(answers.getLast()::get).hasCause(BrokerUnavailable.BUSY);
        busy.countDown();
        assertThat(answers.getFirst().get(10, TimeUnit.SECONDS)).isPositive();
        assertThat(answers.stream().filter(answer -> !answer.isCompletedExceptionally()).count()).isBetween(14L, 16L);
        answers.getFirst().get();
        onLoop(() -> null);
        assertThat(broker.publish("order:1", payload).toCompletableFuture().get(10, TimeUnit.SECONDS)).isPositive();
    }

    private void start() throws Exception {
        onLoop(() -> {
            broker.start(sink);
            return null;
        });
    }

    private CompletableFuture<Long> publish(String channel, String text) {
        return broker.publish(channel, text.getBytes(StandardCharsets.UTF_8)).toCompletableFuture();
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        return loop.submit(task).get(10, TimeUnit.SECONDS);
    }
}
