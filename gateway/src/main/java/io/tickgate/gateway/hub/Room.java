package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.tickgate.gateway.model.Account;
import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Gap;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.gateway.session.SubscriptionSet;
import io.tickgate.gateway.wire.Tally;

/**
 * One loop's subscribers of one channel, and where the channel stands for them. Members in step get what comes as it comes;
 * those behind and those that asked for an interval are cursors into the channel's history. Owned by the loop's shard.
 */
final class Room {
    private final String channel;
    private final Kind kind;
    private final Tally tally;
    /** Commands that wait until the room is open or refused. */
    private final Set<PendingSubscribe> waiting = new LinkedHashSet<>(2);
    private final SubscriptionSet inStep = new SubscriptionSet();
    private final SubscriptionSet behind = new SubscriptionSet();
    /** Members that asked for an interval, by its milliseconds. */
    private Map<Integer, SubscriptionSet> throttled = Map.of();
    private int size;

    private Topic topic;
    private History history;
    private LastValues lastValues;
    private long seq;
    private long gapSeq;
    /** No member that asked for an interval stood further back than here when that was last looked at. */
    private long servedSeq;
    private boolean live;

    /** What the members in step have got; a member that joined later stands at its own seq, if that is higher. */
    long delivered;

    // The catch-up's own: a room that gets more than its share of a turn goes on in slices.
    private boolean lagging;
    private boolean inLine;
    private long shareTurn;
    private int share;
    /** The seq that a sweep over the members in step brings them to. */
    long sweepTarget;
    /** Members in step below this index still miss something of the sweep. */
    int sweepRest;

    Room(String channel, Kind kind, Tally tally) {
        this.channel = channel;
        this.kind = kind;
        this.tally = tally;
    }

    String channel() {
        return channel;
    }

    Kind kind() {
        return kind;
    }

    Tally tally() {
        return tally;
    }

    Set<PendingSubscribe> waiting() {
        return waiting;
    }

    boolean isOpen() {
        return topic != null;
    }

    void open(ShardEvent.RoomOpened opened) {
        topic = opened.topic();
        history = opened.history();
        lastValues = opened.lastValues();
        seq = opened.seq();
        delivered = seq;
        gapSeq = history.gapSeq();
        live = opened.live();
    }

    /** Begins another life of the channel. @return everyone, who was owed what is abandoned now */
    List<Subscription> renew(ShardEvent.RoomRenewed renewed) {
        List<Subscription> members = members();
        for (Subscription member : members) {
            tally.addAbandoned(seq - position(member));
            displace(member);
            member.seq = renewed.seq();
        }
        topic = renewed.topic();
        history = renewed.history();
        lastValues = renewed.lastValues();
        seq = renewed.seq();
        delivered = seq;
        gapSeq = 0;
        servedSeq = seq;
        members.forEach(this::place);
        return members;
    }

    Topic topic() {
        return topic;
    }

    History history() {
        return history;
    }

    /** The newest values; empty on channels where none came yet. */
    LastValues lastValues() {
        return lastValues;
    }

    /** The seq of the last entry that came through the mailbox. */
    long seq() {
        return seq;
    }

    /** Whether the broker had confirmed the channel, rather than being away. */
    boolean isLive() {
        return live;
    }

    void setLive(boolean live) {
        this.live = live;
    }

    boolean isAbandoned() {
        return size == 0 && waiting.isEmpty();
    }

    int size() {
        return size;
    }

    // ---- what comes

    /** Takes note of an entry, which from now on is due to every member. */
    void take(Entry entry) {
        tally.addDue((entry.seq() - seq) * size);
        seq = entry.seq();
        note(entry);
    }

    /** Takes note of all entries up to one, which did not come one by one. */
    void takeFromHistory(Entry last) {
        tally.addDue((last.seq() - seq) * size);
        long from = seq;
        seq = last.seq();
        for (Entry next = history.after(from); next != null && next.seq() < seq; next = history.after(next.seq())) {
            note(next);
        }
        note(last);
    }

    /** The last values may be more than the history still had. */
    void setLastValues(LastValues values) {
        lastValues = values;
    }

    private void note(Entry entry) {
        switch (entry) {
            case Publication publication -> lastValues.take(publication);
            case Gap _ -> gapSeq = entry.seq();
        }
    }

    /** Collects a publication that was just taken for every member in step. */
    void deliver(Publication publication, TurnOutput output) {
        delivered = publication.seq();
        // Whoever can't be written to leaves, and with it goes what it was given.
        for (int i = inStep.size() - 1; i >= 0; i = Math.min(i, inStep.size()) - 1) {
            output.lookAhead(inStep, i);
            output.deliver(inStep.session(i), publication, tally);
        }
        output.delivered(publication, inStep.size());
    }

    /** The seq of the last gap that came, 0 if none did. */
    long gapSeq() {
        return gapSeq;
    }

    // ---- members

    /** All of them, as of now. */
    List<Subscription> members() {
        List<Subscription> members = new ArrayList<>(size);
        inStep.addTo(members);
        behind.addTo(members);
        throttled.values().forEach(set -> set.addTo(members));
        return members;
    }

    SubscriptionSet inStep() {
        return inStep;
    }

    SubscriptionSet behind() {
        return behind;
    }

    /** Those that asked for an interval of so many milliseconds. */
    SubscriptionSet throttled(int intervalMs) {
        return throttled.get(intervalMs);
    }

    /** The intervals that members asked for. */
    List<Integer> intervals() {
        return throttled.isEmpty() ? List.of() : List.copyOf(throttled.keySet());
    }

    /** The seq up to which a member has got, or was told it won't get, everything. */
    long position(Subscription member) {
        return member.set() == inStep ? Math.max(member.seq, delivered) : member.seq;
    }

    /** Adds a member that has everything up to {@code from}. */
    void add(Subscription member, long from) {
        size++;
        member.seq = from;
        tally.addDue(seq - from);
        place(member);
    }

    /** Has a member start again after {@code from}; what it was owed before is off. */
    void restart(Subscription member, long from) {
        long position = position(member);
        displace(member);
        if (from < position) {
            tally.addDue(position - from);
        } else {
            tally.addAbandoned(from - position);
        }
        member.seq = from;
        member.dueSeq = 0;
        place(member);
    }

    /** Takes a member out; what it was still owed is abandoned. */
    void remove(Subscription member) {
        size--;
        tally.addAbandoned(seq - position(member));
        displace(member);
    }

    /** Puts a member where its position says, now that it has moved. */
    void settle(Subscription member) {
        setInterval(member, member.intervalMs);
    }

    /** Has a member get one delivery per so many milliseconds from now on, or each update if 0. */
    void setInterval(Subscription member, int intervalMs) {
        member.seq = position(member);
        displace(member);
        member.intervalMs = intervalMs;
        place(member);
    }

    /** Takes a member out of step though it misses nothing yet: its session is given no more. */
    void hold(Subscription member) {
        member.seq = position(member);
        displace(member);
        add(member, behind);
    }

    /** A publication that a member was to get is owed to it again, and what was left out for it is not conflated any more. */
    void takeBack(Subscription member, long publicationSeq) {
        if (member.set() == inStep) {
            hold(member);
        } else if (member.intervalMs > 0) {
            // Its interval has passed: the rest comes as fast as the connection takes it.
            member.dueSeq = Math.max(member.dueSeq, member.seq);
        }
        tally.addConflated(publicationSeq - member.seq);
        member.seq = publicationSeq - 1;
    }

    private void place(Subscription member) {
        if (member.intervalMs > 0) {
            if (throttled.isEmpty()) {
                throttled = new HashMap<>(4);
            }
            add(member, throttled.computeIfAbsent(member.intervalMs, _ -> new SubscriptionSet()));
        } else {
            add(member, member.seq < seq || member.session().isHeldUp() ? behind : inStep);
        }
    }

    private void add(Subscription member, SubscriptionSet set) {
        set.add(member);
        count(member, set, 1);
    }

    private void displace(Subscription member) {
        SubscriptionSet set = member.set();
        count(member, set, -1);
        set.remove(member);
        // The last one took its place; if it was swept already, its own seq says so.
        sweepRest = Math.min(sweepRest, inStep.size());
        if (member.intervalMs > 0 && set.size() == 0) {
            throttled.remove(member.intervalMs, set);
        }
    }

    private void count(Subscription member, SubscriptionSet set, int change) {
        member.session().addBehind(set != inStep || lagging ? change : 0);
        member.session().addStraggling(set == behind ? change : 0);
    }

    /** Members in step are given their shares in slices from now on, or get everything at once again. */
    void setLagging(boolean lags) {
        if (lagging != lags) {
            lagging = lags;
            for (int i = 0; i < inStep.size(); i++) {
                inStep.get(i).session().addBehind(lags ? 1 : -1);
            }
        }
    }

    /** Whether members that asked for an interval must be served before their time, lest the history moves past them. */
    boolean isHistoryRunningOut() {
        if (throttled.isEmpty() || kind.mode() == DeliveryMode.LATEST || seq - servedSeq < kind.historyEntries() / 2) {
            return false;
        }
        // Most were served in time; whoever takes no more is not waited for.
        servedSeq = seq;
        for (SubscriptionSet set : throttled.values()) {
            for (int i = 0; i < set.size(); i++) {
                servedSeq = set.get(i).session().isHeldUp() ? servedSeq : Math.min(servedSeq, set.get(i).seq);
            }
        }
        boolean isRunningOut = seq - servedSeq >= kind.historyEntries() / 2;
        // Looked at again when a quarter more has come.
        servedSeq = Math.max(servedSeq, seq - kind.historyEntries() / 4);
        return isRunningOut;
    }

    boolean isLagging() {
        return lagging;
    }

    /** Whether it waits for its next slice. */
    boolean isInLine() {
        return inLine;
    }

    void setInLine(boolean inLine) {
        this.inLine = inLine;
    }

    /** Notes that so many members are to be given something at once in a turn. @return how much that makes in the turn */
    int countShare(long turn, int members) {
        share = turn == shareTurn ? share + members : members;
        shareTurn = turn;
        return share;
    }

    /** Whether nothing is on its way any more to those who were members; between turns. */
    boolean isSettled() {
        return tally.unsent() == 0;
    }

    /** What became of everything that was due to members here. */
    Account account() {
        return new Account(tally.due(), tally.delivered(), tally.conflated(), tally.gapped(), tally.abandoned(),
                pending());
    }

    /** What is due to members and neither delivered nor accounted for otherwise. */
    private long pending() {
        long pending = tally.unsent() + lag(inStep) + lag(behind);
        for (SubscriptionSet set : throttled.values()) {
            pending += lag(set);
        }
        return pending;
    }

    private long lag(SubscriptionSet set) {
        long lag = 0;
        for (int i = 0; i < set.size(); i++) {
            lag += seq - position(set.get(i));
        }
        return lag;
    }
}
