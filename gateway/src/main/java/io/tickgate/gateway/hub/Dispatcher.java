package io.tickgate.gateway.hub;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.tickgate.gateway.auth.AccessPolicy;
import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerSink;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.ChannelName;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.GapReason;

/**
 * Orders everything: gives each publication its seq, keeps each channel's state and last value, and hands publications to the
 * shards that want them. Owned by the ingest loop; holds at most {@code maxChannels} channels.
 */
final class Dispatcher implements BrokerSink {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int EPOCH_PREFIXES = 36 * 36 * 36 * 36 * 36;
    private static final String USER_KIND = "user";

    private final HubSettings settings;
    private final AccessPolicy policy;
    private final Broker broker;
    private final Executor loop;
    private final Clock clock;
    private final LoopMetrics metrics;
    private final Mailbox[] mailboxes;
    private final Ingest ingest;

    private final Map<String, TopicState> topics = new HashMap<>();
    private final Set<TopicState> idle = new LinkedHashSet<>();
    /** What the turn asks of the broker in one batch. */
    private final List<TopicState> toSubscribe = new ArrayList<>();
    /** Tells this process's epochs from another's. */
    private final String epochPrefix = Integer.toString(RANDOM.nextInt(EPOCH_PREFIXES), 36);
    private long epochs;
    private long number;
    private int users;
    private boolean upstreamUp;
    private boolean outageTold;
    private boolean turnScheduled;

    Dispatcher(HubSettings settings, AccessPolicy policy, Broker broker, Executor loop, Clock clock,
            LoopMetrics metrics,
            Mailbox[] mailboxes) {
        this.settings = settings;
        this.policy = policy;
        this.broker = broker;
        this.loop = loop;
        this.clock = clock;
        this.metrics = metrics;
        this.mailboxes = mailboxes;
        this.ingest = new Ingest(settings, clock, metrics);
    }

    // ---- what the broker says

    @Override
    public long onMessage(String channel, byte[] payload) {
        TopicState state = topics.get(channel);
        if (state == null) {
            state = followed(channel);
        }
        if (state == null) {
            metrics.increment(Counter.CHANNEL_REFUSED);
            return REFUSED;
        }
        byte[] json = ingest.accept(state.topic, payload);
        if (json == null) {
            return REFUSED;
        }
        if (state.interrupted) {
            openGap(state);
        }
        long nowNanos = clock.nanos();
        long nowMs = clock.timeMs();
        Publication publication = new Publication(state.topic, ++state.seq, ++number, json, nowNanos, nowMs,
                ingest.ageNanos(nowMs));
        state.lastValue = publication;
        metrics.increment(Counter.PUBLICATIONS);
        metrics.add(Counter.PUBLICATION_BYTES, json.length);
        for (long rest = state.shards; rest != 0; rest &= rest - 1) {
            if (!mailboxes[Long.numberOfTrailingZeros(rest)].publish(publication)) {
                metrics.increment(Counter.MAILBOX_FULL);
            }
        }
        scheduleTurn();
        return publication.seq();
    }

    /** A channel nobody asked for, of a kind whose channels are all followed; or null. */
    private TopicState followed(String channel) {
        Kind kind = ChannelName.isValid(channel) ? policy.kindOf(channel) : null;
        boolean wanted = kind != null && (kind.always() || broker.isEmbedded());
        if (!wanted || topics.size() >= settings.maxChannels()) {
            return null;
        }
        TopicState state = create(channel, kind);
        state.asked = true;
        state.confirmed = upstreamUp;
        becomeIdle(state);
        return state;
    }

    @Override
    public void onSubscribed(String channel) {
        TopicState state = topics.get(channel);
        if (state == null || state.confirmed) {
            return;
        }
        state.confirmed = true;
        if (state.interrupted) {
            openGap(state);
        }
        openWaiters(state);
        scheduleTurn();
    }

    @Override
    public void onRefused(String channel) {
        TopicState state = topics.get(channel);
        if (state == null || state.waiters.isEmpty()) {
            return;
        }
        for (TopicState.Waiter waiter : state.waiters) {
            mailboxes[waiter.shard()].tell(new ShardEvent.RoomRefused(waiter.room(), ErrorCode.UNAVAILABLE,
                    "the broker refuses the channel"));
        }
        state.waiters.clear();
        if (!state.isWanted()) {
            countUser(state, -1);
            forget(state);
        }
        scheduleTurn();
    }

    @Override
    public void onDown() {
        upstreamUp = false;
        if (!outageTold) {
            outageTold = true;
            metrics.set(Gauge.UPSTREAM_UP, 0);
            tellAll(new ShardEvent.UpstreamChanged(false, clock.timeMs()));
        }
        for (TopicState state : topics.values()) {
            state.confirmed = false;
            state.interrupted = true;
            // Served from what is known; the gap follows when the broker is back.
            openWaiters(state);
        }
        scheduleTurn();
    }

    @Override
    public void onUp() {
        upstreamUp = true;
        outageTold = false;
        metrics.set(Gauge.UPSTREAM_UP, 1);
        for (TopicState state : topics.values()) {
            if (!state.asked) {
                continue;
            }
            state.confirmed = true;
            if (state.interrupted) {
                openGap(state);
            }
            openWaiters(state);
        }
        tellAll(new ShardEvent.UpstreamChanged(true, clock.timeMs()));
        scheduleTurn();
    }

    /** The outage takes one seq: how many publications were lost is unknown. */
    private void openGap(TopicState state) {
        state.interrupted = false;
        state.seq++;
        number++;
        ShardEvent gap = new ShardEvent.GapOpened(state.topic, state.seq, state.seq, GapReason.UPSTREAM, number);
        for (long rest = state.shards; rest != 0; rest &= rest - 1) {
            mailboxes[Long.numberOfTrailingZeros(rest)].tell(gap);
        }
    }

    // ---- what the shards ask

    /** A shard has made a room; it is told once the channel flows, or that it can't be had. */
    void join(int shard, Room room) {
        TopicState state = topics.get(room.channel());
        if (state == null) {
            if (topics.size() >= settings.maxChannels()) {
                mailboxes[shard].tell(new ShardEvent.RoomRefused(room, ErrorCode.LIMIT, "too many channels"));
                scheduleTurn();
                return;
            }
            state = create(room.channel(), room.kind());
            state.interrupted = !upstreamUp;
            toSubscribe.add(state);
        }
        if (!state.isWanted()) {
            idle.remove(state);
            countUser(state, 1);
        }
        state.waiters.add(new TopicState.Waiter(shard, room));
        if (state.confirmed || !upstreamUp) {
            openWaiters(state);
        }
        scheduleTurn();
    }

    /** A shard has closed a room, open or not. */
    void leave(int shard, Room room) {
        TopicState state = topics.get(room.channel());
        if (state == null) {
            return;
        }
        boolean waited = state.waiters.removeIf(waiter -> waiter.room() == room);
        long bit = 1L << shard;
        if (!waited && (state.shards & bit) == 0) {
            // It was refused when it was on its way out already, and the channel's state may be another one by now.
            return;
        }
        state.shards &= ~bit;
        if (!state.isWanted()) {
            countUser(state, -1);
            becomeIdle(state);
        }
    }

    /** Gives the last publication of a channel, or null if none is known; on this loop. */
    void lastValue(String channel, Consumer<Publication> answer) {
        TopicState state = topics.get(channel);
        boolean known = state != null && state.lastValue != null;
        metrics.increment(known ? Counter.LAST_VALUE_HITS : Counter.LAST_VALUE_MISSES);
        answer.accept(known ? state.lastValue : null);
    }

    /** A shard has room again in its mailbox. */
    void retry(int shard) {
        mailboxes[shard].retry();
    }

    /** Every so often: gives up channels that nobody wanted for the linger time. */
    void tick() {
        long lingerNanos = TimeUnit.MILLISECONDS.toNanos(settings.upstreamLingerMs());
        long now = clock.nanos();
        List<String> ended = new ArrayList<>();
        for (Iterator<TopicState> oldestFirst = idle.iterator(); oldestFirst.hasNext();) {
            TopicState state = oldestFirst.next();
            if (now - state.idleSinceNanos < lingerNanos || !state.asked) {
                break;
            }
            oldestFirst.remove();
            if (state.topic.kind().always() && state.lastValue != null) {
                // Followed whether wanted or not: only names nobody ever published to are forgotten.
                continue;
            }
            forget(state);
            ended.add(state.topic.name());
        }
        if (!ended.isEmpty()) {
            broker.unsubscribe(ended);
        }
    }

    private void forget(TopicState state) {
        topics.remove(state.topic.name());
        metrics.set(Gauge.CHANNELS, topics.size());
    }

    // ---- the turn

    private void scheduleTurn() {
        if (!turnScheduled) {
            turnScheduled = true;
            loop.execute(this::turn);
        }
    }

    /** Once per turn of the loop: asks the broker and wakes the shards for all that came in together. */
    private void turn() {
        turnScheduled = false;
        if (!toSubscribe.isEmpty()) {
            List<String> channels = new ArrayList<>(toSubscribe.size());
            for (TopicState state : toSubscribe) {
                state.asked = true;
                channels.add(state.topic.name());
            }
            toSubscribe.clear();
            broker.subscribe(channels);
        }
        for (Mailbox mailbox : mailboxes) {
            mailbox.signal();
        }
    }

    private TopicState create(String channel, Kind kind) {
        TopicState state = new TopicState(new Topic(channel, kind, epochPrefix + Long.toString(epochs++, 36)));
        topics.put(channel, state);
        metrics.set(Gauge.CHANNELS, topics.size());
        return state;
    }

    /** Users with at least one connection are the wanted channels of kind {@code user}. */
    private void countUser(TopicState state, int change) {
        if (state.topic.kind().name().equals(USER_KIND)) {
            users += change;
            metrics.set(Gauge.USERS, users);
        }
    }

    private void becomeIdle(TopicState state) {
        state.idleSinceNanos = clock.nanos();
        idle.add(state);
    }

    private void openWaiters(TopicState state) {
        for (TopicState.Waiter waiter : state.waiters) {
            state.shards |= 1L << waiter.shard();
            mailboxes[waiter.shard()].tell(new ShardEvent.RoomOpened(waiter.room(), state.topic, state.seq,
                    state.lastValue, number, upstreamUp));
        }
        state.waiters.clear();
    }

    private void tellAll(ShardEvent event) {
        for (Mailbox mailbox : mailboxes) {
            mailbox.tell(event);
        }
    }
}
