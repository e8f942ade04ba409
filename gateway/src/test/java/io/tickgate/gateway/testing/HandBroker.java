package io.tickgate.gateway.testing;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerSink;

/** A broker that does nothing by itself: the test says what happens, through its sink. */
public final class HandBroker implements Broker {
    public BrokerSink sink;

    @Override
    public void start(BrokerSink to) {
        sink = to;
    }

    /** Sends a payload as if somebody had published it. */
    public void say(String channel, String json) {
        sink.onMessage(channel, json.getBytes(StandardCharsets.UTF_8));
    }

    /** Confirms what was asked for. */
    public void confirm(String... channels) {
        for (String channel : channels) {
            sink.onSubscribed(channel);
        }
    }

    @Override
    public void subscribe(Collection<String> channels) {}

    @Override
    public void unsubscribe(Collection<String> channels) {}

    @Override
    public CompletionStage<Long> publish(String channel, byte[] payload) {
        return CompletableFuture.completedFuture(SEQ_UNKNOWN);
    }

    @Override
    public State state() {
        return State.UP;
    }

    @Override
    public String name() {
        return "hand";
    }

    @Override
    public void close() {}
}
