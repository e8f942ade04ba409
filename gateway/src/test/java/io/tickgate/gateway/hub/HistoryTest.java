package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.gateway.testing.HandTurnedClock;

final class HistoryTest {
    private static final Kind KIND = SampleKinds.named("trade");
    private static final int WEIGHT_BYTES = 1_088;

    private final HandTurnedClock clock = new HandTurnedClock();
    private final LoopMetrics metrics = new LoopMetrics();

    private Publication publication(String channel, long seq) {
        return new Publication(new Topic(channel, KIND, "e"), seq, 1_000 + seq, new byte[1_000], clock.nanos(),
                clock.timeMs(), Publication.NO_AGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 64, 1_000})
    void keepsTheLastOnesAndFindsWhatComesAfter(int entries) {
        History history = new History(entries, 120_000, 1_000, new DeadlineQueue<>(0));
        for (long seq = 1; seq <= 2_500; seq++) {
            history.append(publication("trade:a", seq));
            long first = Math.max(1, seq - entries + 1);
            assertThat(history.after(0).seq()).isEqualTo(first);
            assertThat(history.after(seq - 1).seq()).isEqualTo(seq);
            assertThat(history.after(seq)).isNull();
            assertThat(history.newest().seq()).isEqualTo(seq);
            assertThat(history.afterNumber(1_000 + seq - 1).seq()).isEqualTo(seq);
            assertThat(history.droppedNumber()).isEqualTo(1_000 + first - 1);
        }
    }

    @Test
    void keepsNothingWhereNothingIsKept() {
        History history = new History(0, 120_000, 1_000, new DeadlineQueue<>(0));
        assertThat(history.append(publication("trade:a", 1))).isZero();
        assertThat(history.after(0)).isNull();
        assertThat(history.newest()).isNull();
        assertThat(history.droppedNumber()).isEqualTo(1_001);
    }

    @Test
    void dropsWhatIsTooOldAndCountsItsBytes() {
        History history = new History(1_000, 60_000, 1_000, new DeadlineQueue<>(0));
        long bytes = history.append(publication("trade:a", 1));
        assertThat(bytes).isEqualTo(WEIGHT_BYTES);
        clock.advance(30_000);
        bytes += history.append(publication("trade:a", 2));
        clock.advance(30_001);
        bytes += history.append(publication("trade:a", 3));
        assertThat(history.after(0).seq()).isEqualTo(2);
        assertThat(bytes).isEqualTo(2 * WEIGHT_BYTES);
        assertThat(history.clear()).isEqualTo(2 * WEIGHT_BYTES);
        assertThat(history.after(0)).isNull();
        history.append(publication("trade:a", 4));
        assertThat(history.after(0).seq()).isEqualTo(4);
    }

    @Test
    void beyondItsBytesTheLeastRecentlyUsedGoesWhole() {
        Histories histories = new Histories(10 * WEIGHT_BYTES, clock, metrics);
        History[] each = {histories.open(KIND, 0), histories.open(KIND, 0), histories.open(KIND, 0)};
        for (int i = 0; i < 3; i++) {
            for (int seq = 1; seq <= 3; seq++) {
                histories.append(each[i], publication("trade:" + i, seq));
            }
        }
        assertThat(metrics.get(Gauge.HISTORY_BYTES)).isEqualTo(9 * WEIGHT_BYTES);
        // Somebody joins the oldest.
        histories.use(each[0]);
        histories.append(each[2], publication("trade:2", 4));
        histories.append(each[2], publication("trade:2", 5));
        assertThat(each[0].after(0).seq()).isEqualTo(1);
        assertThat(each[1].after(0)).isNull();
        assertThat(each[2].after(0).seq()).isEqualTo(1);
        assertThat(metrics.get(Counter.HISTORIES_EVICTED)).isEqualTo(1);
        assertThat(metrics.get(Gauge.HISTORY_BYTES)).isEqualTo(8 * WEIGHT_BYTES);
        clock.advance(120_000);
        histories.tick();
        assertThat(each[0].after(0)).isNull();
        assertThat(metrics.get(Gauge.HISTORY_BYTES)).isZero();
    }

    /** Whatever the writer does meanwhile, a reader finds the entry that follows, or a later one if that is gone. */
    @Test
    void isReadWhileItIsWritten() throws InterruptedException {
        int last = 300_000;
        Topic topic = new Topic("trade:a", KIND, "e");
        History history = new History(100, 120_000, 0, new DeadlineQueue<>(0));
        AtomicLong written = new AtomicLong();
        AtomicReference<String> wrong = new AtomicReference<>();
        Thread writer = Thread.ofPlatform().start(() -> {
            for (long seq = 1; seq <= last; seq++) {
                history.append(new Publication(topic, seq, seq, new byte[1], 0, 0, Publication.NO_AGE));
                if (seq % 10_007 == 0) {
                    history.clear();
                }
                written.setRelease(seq);
            }
        });
        Thread reader = Thread.ofPlatform().start(() -> {
            long at = 0;
            while (at < last - 1 && wrong.get() == null) {
                long known = written.getAcquire();
                Entry next = history.after(at);
                // The writer may be far ahead by now, and have appended one more than it says.
                long newest = written.getAcquire() + 1;
                long kept = newest - 100;
                if (next != null
                        && (next.seq() <= at || (next.seq() > at + 1 && at + 1 > kept && !cleared(at, newest)))) {
                    wrong.set("after " + at + " came " + next.seq());
                } else if (next == null && known > at && !cleared(at, newest)) {
                    wrong.set("nothing after " + at + " though there was " + known);
                }
                at = next == null ? Math.max(at, known) : next.seq();
            }
        });
        writer.join(TimeUnit.SECONDS.toMillis(30));
        reader.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(wrong.get()).isNull();
        assertThat(reader.isAlive()).isFalse();
    }

    /** Whether the history was cleared at or after a seq and before another was appended. */
    private static boolean cleared(long at, long to) {
        return to / 10_007 > at / 10_007 || at % 10_007 == 0;
    }
}
