package io.tickgate.gateway.broker.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.EventLoop;

import io.tickgate.gateway.broker.BrokerSink;

/** Writes down what a broker tells, and whether it did so on its loop. */
final class RecordingSink implements BrokerSink {
    private final EventLoop loop;
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<String> subscribed = new CopyOnWriteArrayList<>();
    final List<String> refused = new CopyOnWriteArrayList<>();
    /** {@code down} and {@code up} in their order. */
    final List<String> changes = new CopyOnWriteArrayList<>();
    final AtomicInteger strayCalls = new AtomicInteger();
    volatile boolean failing;

    RecordingSink(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public long onMessage(String channel, byte[] payload) {
        check();
        if (failing) {
            throw new IllegalStateException("as asked");
        }
        messages.add(channel + "=" + new String(payload, StandardCharsets.UTF_8));
        return messages.size();
    }

    @Override
    public void onSubscribed(String channel) {
        check();
        subscribed.add(channel);
    }

    @Override
    public void onRefused(String channel) {
        check();
        refused.add(channel);
    }

    @Override
    public void onDown() {
        check();
        changes.add("down");
    }

    @Override
    public void onUp() {
        check();
        changes.add("up");
    }

    private void check() {
        if (!loop.inEventLoop()) {
            strayCalls.incrementAndGet();
        }
    }
}
