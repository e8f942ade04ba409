package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
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
    private final AccessPolicy policy;
    private final Broker broker;
    private final Executor loop;
    private final Clock clock;
    private final LoopMetrics metrics;
    private final Mailbox[] mailboxes;
    private final Ingest ingest;
    private final Topics topics;
    /** Made once rather than for each publication. */
    private final Runnable turn = this::turn;
    /** What the turn asks of the broker in one batch. */
    private final List<TopicState> toSubscribe = new ArrayList<>();
    private long number;
    private boolean upstreamUp;
    private boolean outageTold;
    private boolean turnScheduled;

    Dispatcher(HubSettings settings, AccessPolicy policy, Broker broker, Executor loop, Clock clock,
            LoopMetrics metrics,
            Mailbox[] mailboxes) {
        this.policy = policy;
        this.broker = broker;
        this.loop = loop;
        this.clock = clock;
        this.metrics = metrics;
        this.mailboxes = mailboxes;
        this.ingest = new Ingest(settings, clock, metrics);
        this.topics = new Topics(settings, clock, metrics);
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
        if (state.publisher == null) {
            closeOutage(state);
            state.seq++;
        } else {
            state = numberedByPublisher(state, json);
            if (state == null) {
                metrics.increment(Counter.PUBLICATIONS_REPEATED);
                return REFUSED;
            }
        }
        long nowNanos = clock.nanos();
        long nowMs = clock.timeMs();
        Publication publication = new Publication(state.topic, state.seq, ++number, json, nowNanos, nowMs,
                ingest.ageNanos(nowMs), ingest.conflationKey());
        state.lastValues.take(publication);
        metrics.increment(Counter.PUBLICATIONS);
        metrics.add(Counter.PUBLICATION_BYTES, json.length);
        hand(state, publication);
        scheduleTurn();
        return publication.seq();
    }

    /** @return where the channel stands with the publication's own number, or null if it is not to go out */
    private TopicState numberedByPublisher(TopicState state, byte[] json) {
        long seq = ingest.sequence();
        TopicState numbered = switch (state.publisher.judge(state.history, state.seq, seq, json)) {
            case DROP -> null;
            case RESTART -> beginAnew(state, seq - 1);
            case NEW -> state;
        };
        if (numbered != null) {
            if (seq > numbered.seq + 1) {
                hand(numbered, new Gap(numbered.topic, numbered.seq + 1, seq - 1, GapReason.UPSTREAM, ++number,
                        clock.nanos()));
            }
            numbered.seq = seq;
        }
        return numbered;
    }

    /** Another life of a channel whose publisher counts anew. */
    private TopicState beginAnew(TopicState old, long seq) {
        TopicState anew = topics.renew(old, seq, number);
        for (long rest = anew.shards; rest != 0; rest &= rest - 1) {
            mailboxes[Long.numberOfTrailingZeros(rest)].tell(
                    new ShardEvent.RoomRenewed(old.topic, anew.topic, anew.history, seq, anew.lastValues.copy(),
                            number));
        }
        return anew;
    }

    /** Adds a channel's next entry to its history and hands it to the shards that want it. */
    private void hand(TopicState state, Entry entry) {
        topics.append(state, entry);
        for (long rest = state.shards; rest != 0; rest &= rest - 1) {
            if (!mailboxes[Long.numberOfTrailingZeros(rest)].publish(entry, state.lastValues)) {
                metrics.increment(Counter.MAILBOX_FULL);
            }
        }
    }

    /** A channel nobody asked for, of a kind whose channels are all followed; or null. */
    private TopicState followed(String channel) {
        Kind kind = ChannelName.isValid(channel) ? policy.kindOf(channel) : null;
        boolean wanted = kind != null && (kind.always() || broker.isEmbedded());
        if (!wanted || topics.isFull()) {
            return null;
        }
        TopicState state = topics.open(channel, kind, number);
        state.asked = true;
        state.confirmed = upstreamUp;
        return state;
    }

    @Override
    public void onSubscribed(String channel) {
        TopicState state = topics.get(channel);
        if (state == null || state.confirmed) {
            return;
        }
        state.confirmed = true;
        closeOutage(state);
        openWaiters(state);
        scheduleTurn();
    }

    @Override
    public void onRefused(String channel) {
        TopicState state = topics.get(channel);
        if (state == null) {
            return;
        }
        for (TopicState.Waiter waiter : state.waiters) {
            mailboxes[waiter.shard()].tell(new ShardEvent.RoomRefused(waiter.room(), ErrorCode.UNAVAILABLE,
                    "the broker refuses the channel"));
        }
        // Shards that it flowed to before an outage.
        for (long rest = state.shards; rest != 0; rest &= rest - 1) {
            mailboxes[Long.numberOfTrailingZeros(rest)].tell(new ShardEvent.RoomLost(state.topic));
        }
        topics.forget(state);
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
        for (TopicState state : topics.all()) {
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
        for (TopicState state : topics.all()) {
            if (!state.asked) {
                continue;
            }
            state.confirmed = true;
            closeOutage(state);
            openWaiters(state);
        }
        tellAll(new ShardEvent.UpstreamChanged(true, clock.timeMs()));
        scheduleTurn();
    }

    /**
     * The broker is back, if it was away. The outage takes one seq: how many publications were lost is unknown, but where the
     * publisher numbers them.
     */
    private void closeOutage(TopicState state) {
        if (state.interrupted && state.publisher == null) {
            state.seq++;
            hand(state, new Gap(state.topic, state.seq, state.seq, GapReason.UPSTREAM, ++number, clock.nanos()));
        }
        state.interrupted = false;
    }

    // ---- what the shards ask

    /** A shard has made a room; it is told once the channel flows, or that it can't be had. */
    void join(int shard, Room room) {
        TopicState state = topics.get(room.channel());
        if (state == null) {
            if (topics.isFull()) {
                mailboxes[shard].tell(new ShardEvent.RoomRefused(room, ErrorCode.LIMIT, "too many channels"));
                scheduleTurn();
                return;
            }
            state = topics.open(room.channel(), room.kind(), number);
            state.interrupted = !upstreamUp;
            toSubscribe.add(state);
        }
        topics.use(state);
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
            topics.rest(state);
        }
    }

    /** What became of the updates in a room that has closed is final. */
    void settled(Topic topic, Account account) {
        TopicState state = topics.get(topic.name());
        if (state != null && state.topic == topic) {
            state.closedRooms = state.closedRooms.plus(account);
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

    /** Every so often: gives up channels that nobody wanted for the linger time. */
    void tick() {
        List<String> forgotten = topics.tick();
        if (!forgotten.isEmpty()) {
            broker.unsubscribe(forgotten);
        }
    }

    // ---- the turn

    private void scheduleTurn() {
        if (!turnScheduled) {
            turnScheduled = true;
            loop.execute(turn);
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
