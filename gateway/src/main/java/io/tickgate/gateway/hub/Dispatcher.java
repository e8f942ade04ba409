package io.tickgate.gateway.hub;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
import io.tickgate.gateway.model.Account;
import io.tickgate.gateway.model.ChannelName;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Gap;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.GapReason;

/**
 * Orders everything: gives each publication its seq, keeps each channel's state, history and last values, and hands publications
 * to the shards that want them. Owned by the ingest loop; holds at most {@code maxChannels} channels.
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
    private final Histories histories;

    private final Map<String, TopicState> topics = new HashMap<>();
    /** Channels that no shard wants, the next to be given up first. */
    private final TreeSet<TopicState> idle = new TreeSet<>(
            Comparator.comparingLong((TopicState state) -> state.giveUpNanos)
                    .thenComparing(state -> state.topic.name()));
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
        this.histories = new Histories(settings.historyBytes(), clock, metrics);
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
                ingest.ageNanos(nowMs), ingest.conflationKey());
        state.lastValues.take(publication);
        metrics.increment(Counter.PUBLICATIONS);
        metrics.add(Counter.PUBLICATION_BYTES, json.length);
        hand(state, publication);
        scheduleTurn();
        return publication.seq();
    }

    /** Adds a channel's next entry to its history and hands it to the shards that want it. */
    private void hand(TopicState state, Entry entry) {
        histories.append(state.history, entry);
        for (long rest = state.shards; rest != 0; rest &= rest - 1) {
            if (!mailboxes[Long.numberOfTrailingZeros(rest)].publish(entry)) {
                metrics.increment(Counter.MAILBOX_FULL);
            }
        }
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
        hand(state, new Gap(state.topic, state.seq, state.seq, GapReason.UPSTREAM, ++number, clock.nanos()));
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
        histories.use(state.history);
        state.waiters.add(new TopicState.Waiter(shard, room));
        if (state.confirmed || !upstreamUp) {
            openWaiters(state);
        }
        scheduleTurn();
    }

    /**
     * A shard has closed a room, open or not.
     *
     * @param account what became of the room's updates
     */
    void leave(int shard, Room room, Account account) {
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
        state.closedRooms = state.closedRooms.plus(account);
        if (!state.isWanted()) {
            countUser(state, -1);
            becomeIdle(state);
        }
    }

    /** Gives the last publication of a channel, or null if none is known; on this loop. */
    void lastValue(String channel, Consumer<Publication> answer) {
        TopicState state = topics.get(channel);
        Publication known = state == null ? null : state.lastValues.newest();
        metrics.increment(known == null ? Counter.LAST_VALUE_MISSES : Counter.LAST_VALUE_HITS);
        answer.accept(known);
    }

    /** What became of a channel's updates in rooms that have closed, since the channel became known. */
    Account closedRooms(String channel) {
        TopicState state = topics.get(channel);
        return state == null ? Account.NONE : state.closedRooms;
    }

    /** A shard has room again in its mailbox. */
    void retry(int shard) {
        mailboxes[shard].retry();
    }

    /** Every so often: drops aged histories, and gives up channels that nobody wanted for the linger time. */
    void tick() {
        histories.tick();
        long now = clock.nanos();
        List<String> ended = new ArrayList<>();
        while (!idle.isEmpty() && idle.first().asked && now - idle.first().giveUpNanos >= 0) {
            TopicState state = idle.pollFirst();
            if (state.topic.kind().always() && state.lastValues.newest() != null) {
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
        histories.close(state.history);
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
        TopicState state = new TopicState(new Topic(channel, kind, epochPrefix + Long.toString(epochs++, 36)),
                histories.open(kind, number));
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
        // As long as its history may be asked for, so that a client that was alone and comes back misses nothing.
        Kind kind = state.topic.kind();
        int historyMs = kind.historyEntries() == 0 ? 0 : kind.historyMs();
        int lingerMs = Math.max(settings.upstreamLingerMs(), historyMs);
        state.giveUpNanos = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(lingerMs);
        idle.add(state);
    }

    private void openWaiters(TopicState state) {
        for (TopicState.Waiter waiter : state.waiters) {
            state.shards |= 1L << waiter.shard();
            mailboxes[waiter.shard()].tell(new ShardEvent.RoomOpened(waiter.room(), state.topic, state.history,
                    state.seq, state.lastValues.copy(), number, upstreamUp));
        }
        state.waiters.clear();
    }

    private void tellAll(ShardEvent event) {
        for (Mailbox mailbox : mailboxes) {
            mailbox.tell(event);
        }
    }
}
