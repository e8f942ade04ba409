package io.tickgate.gateway.hub;

import java.util.concurrent.Executor;

import io.tickgate.gateway.model.Account;
import io.tickgate.gateway.model.Topic;

/** The dispatcher as a shard sees it: every call is carried to the ingest loop. Bounded by the shard's rooms. */
final class DispatcherPort {
    private final Executor loop;
    private final Dispatcher dispatcher;

    DispatcherPort(Executor loop, Dispatcher dispatcher) {
        this.loop = loop;
        this.dispatcher = dispatcher;
    }

    void join(int shard, Room room) {
        loop.execute(() -> dispatcher.join(shard, room));
    }

    void leave(int shard, Room room) {
        loop.execute(() -> dispatcher.leave(shard, room));
    }

    void settled(Topic topic, Account account) {
        loop.execute(() -> dispatcher.settled(topic, account));
    }

    void retry(int shard) {
        loop.execute(() -> dispatcher.retry(shard));
    }
}
