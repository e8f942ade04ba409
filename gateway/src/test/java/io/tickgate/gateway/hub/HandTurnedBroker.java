package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerSink;

/** A broker that confirms only when told to. */
final class HandTurnedBroker implements Broker {
    final Set<String> asked = new LinkedHashSet<>();
    final List<Collection<String>> subscribes = new ArrayList<>();
    boolean confirmsAtOnce = true;
    private BrokerSink sink;

    @Override
    public void start(BrokerSink brokerSink) {
        sink = brokerSink;
    }

    @Override
    public void subscribe(Collection<String> channels) {
        subscribes.add(channels);
        asked.addAll(channels);
        if (confirmsAtOnce) {
            channels.forEach(sink::onSubscribed);
        }
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        asked.removeAll(channels);
    }

    @Override
    public CompletionStage<Long> publish(String channel, byte[] payload) {
        return CompletableFuture.completedFuture(sink.onMessage(channel, payload));
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
