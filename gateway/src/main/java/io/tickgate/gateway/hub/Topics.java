package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Topic;

/**
 * The channels that this gateway knows, with their histories: those that a shard wants, and for a while those that none does.
 * Owned by the dispatcher; at most {@code maxChannels}.
 */
final class Topics {
    private static final String USER_KIND = "user";

    private final int maxChannels;
    private final Clock clock;
    private final LoopMetrics metrics;
    private final Histories histories;
    private final IdleTopics idle;
    private final Epochs epochs = new Epochs();
    private final Map<String, TopicState> byName = new HashMap<>();
    /** Wanted channels of kind {@code user}: users with at least one connection. */
    private int users;

    Topics(HubSettings settings, Clock clock, LoopMetrics metrics) {
        this.maxChannels = settings.maxChannels();
        this.clock = clock;
        this.metrics = metrics;
        this.histories = new Histories(settings.historyBytes(), clock, metrics);
        this.idle = new IdleTopics(settings.upstreamLingerMs());
    }

    /** A channel, or null if it is not known. */
    TopicState get(String channel) {
        return byName.get(channel);
    }

    Collection<TopicState> all() {
        return byName.values();
    }

    boolean isFull() {
        return byName.size() >= maxChannels;
    }

    /**
     * Begins a channel that nobody wants yet.
     *
     * @param number the node-wide number as of now
     */
    TopicState open(String channel, Kind kind, long number) {
        TopicState state = create(new Topic(channel, kind, epochs.first(kind)), number);
        idle.add(state, clock.nanos());
        return state;
    }

    /**
     * Begins another life of a channel.
     *
     * @param seq what its first update comes after
     * @param number the node-wide number as of now
     */
    TopicState renew(TopicState old, long seq, long number) {
        idle.remove(old);
        histories.close(old.history);
        TopicState anew = create(new Topic(old.topic.name(), old.topic.kind(), epochs.next()), number);
        anew.takeOver(old, seq);
        if (!anew.isWanted()) {
            idle.add(anew, clock.nanos());
        }
        return anew;
    }

    private TopicState create(Topic topic, long number) {
        TopicState state = new TopicState(topic, histories.open(topic.kind(), number));
        byName.put(topic.name(), state);
        metrics.set(Gauge.CHANNELS, byName.size());
        return state;
    }

    /** Adds a channel's next entry to its history. */
    void append(TopicState state, Entry entry) {
        histories.append(state.history, entry);
    }

    /** A shard is about to want a channel. */
    void use(TopicState state) {
        if (!state.isWanted()) {
            idle.remove(state);
            countUser(state, 1);
        }
        histories.use(state.history);
    }

    /** No shard wants a channel any more: it is kept for a while. */
    void rest(TopicState state) {
        countUser(state, -1);
        idle.add(state, clock.nanos());
    }

    /** Forgets a channel, wanted or not. */
    void forget(TopicState state) {
        countUser(state, state.isWanted() ? -1 : 0);
        idle.remove(state);
        byName.remove(state.topic.name());
        histories.close(state.history);
        metrics.set(Gauge.CHANNELS, byName.size());
    }

    /** Every so often: drops aged histories, and forgets channels that nobody wanted for long enough. @return their names */
    List<String> tick() {
        histories.tick();
        long now = clock.nanos();
        List<String> forgotten = new ArrayList<>();
        for (TopicState state = idle.pollDue(now); state != null; state = idle.pollDue(now)) {
            // One that is followed whether wanted or not is forgotten only if nobody ever published to it.
            if (!state.topic.kind().always() || state.lastValues.newest() == null) {
                forget(state);
                forgotten.add(state.topic.name());
            }
        }
        return forgotten;
    }

    private void countUser(TopicState state, int change) {
        if (state.topic.kind().name().equals(USER_KIND)) {
            users += change;
            metrics.set(Gauge.USERS, users);
        }
    }
}
