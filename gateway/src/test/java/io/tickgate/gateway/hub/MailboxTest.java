package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Gap;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.GapReason;

final class MailboxTest {
    private static final int ENTRIES = 4;
    private static final int MAX_BYTES = 1_000;
    /** What a publication weighs besides its payload. */
    private static final int OVERHEAD_BYTES = 88;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Mailbox mailbox = new Mailbox(ENTRIES, MAX_BYTES, tasks::add);
    private final Topic every = new Topic("trade:a", SampleKinds.named("trade"), "e");
    private final Topic latest = new Topic("price:X", SampleKinds.named("price"), "p");
    private final LastValues values = new LastValues(every.kind());
    private long number;

    MailboxTest() {
        mailbox.onSignal(() -> {});
    }

    private boolean publish(Entry entry) {
        return mailbox.publish(entry, values);
    }

    @Test
    void wakesTheShardOnceForAllOfATurn() {
        publish(publication(every, 1));
        publish(publication(every, 2));
        assertThat(tasks).isEmpty();
        mailbox.signal();
        mailbox.signal();
        assertThat(tasks).hasSize(1);
        mailbox.beginDrain();
        mailbox.signal();
        assertThat(tasks).as("nothing new, nothing to wake up for").hasSize(1);
        publish(publication(every, 3));
        mailbox.signal();
        assertThat(tasks).hasSize(2);
    }

    @Test
    void whatDoesNotFitIsOneNoteBehindWhatDid() {
        for (int seq = 1; seq <= ENTRIES; seq++) {
            assertThat(publish(publication(every, seq))).isTrue();
        }
        assertThat(publish(publication(every, 5))).isFalse();
        assertThat(publish(publication(every, 6))).isFalse();
        mailbox.signal();
        assertThat(mailbox.isHolding()).isTrue();
        assertThat(drained()).containsExactly("1", "2", "3", "4");
        mailbox.retry();
        assertThat(mailbox.isHolding()).isFalse();
        assertThat(drained()).containsExactly("missed 6");
        assertThat(publish(publication(every, 7))).isTrue();
        assertThat(drained()).containsExactly("7");
    }

    @Test
    void theNoteNamesTheNewestEntry() {
        fill();
        publish(publication(latest, 1));
        publish(publication(latest, 2));
        publish(publication(latest, 3));
        drained();
        mailbox.retry();
        assertThat(drained()).containsExactly("missed 3");
    }

    @Test
    void anEventIsNeverLostAndStaysInOrder() {
        fill();
        publish(publication(every, 5));
        publish(new Gap(every, 6, 6, GapReason.UPSTREAM, ++number, 0));
        publish(publication(every, 7));
        publish(publication(latest, 1));
        mailbox.tell(new ShardEvent.UpstreamChanged(true, 1));
        publish(publication(every, 8));
        mailbox.signal();
        drained();
        mailbox.retry();
        assertThat(drained()).containsExactly("missed 8", "missed 1", "up");
    }

    @Test
    void withTheLastNoteNothingIsMissing() {
        fill();
        publish(publication(every, 5));
        publish(publication(latest, 1));
        publish(publication(every, 6));
        drained();
        mailbox.retry();
        assertThat(((ShardEvent.Missed) mailbox.poll()).number()).isEqualTo(ENTRIES);
        assertThat(((ShardEvent.Missed) mailbox.poll()).number()).isEqualTo(number);
    }

    @Test
    void isBoundedInBytesToo() {
        assertThat(publish(publication(every, 1, MAX_BYTES - 1))).isTrue();
        assertThat(publish(publication(every, 2, 2))).isFalse();
        assertThat(drained()).containsExactly("1");
        mailbox.retry();
        assertThat(drained()).containsExactly("missed 2");
        assertThat(publish(publication(every, 3, MAX_BYTES))).as("what was taken out makes room").isTrue();
    }

    /** Whatever the two threads do, each seq arrives in order, as itself or covered by a note to read the history. */
    @Test
    void losesNothingBetweenTwoThreads() throws InterruptedException {
        int last = 200_000;
        try (ExecutorService dispatcher = Executors.newSingleThreadExecutor();
                ExecutorService shard = Executors.newSingleThreadExecutor()) {
            CountDownLatch done = new CountDownLatch(1);
            new Drain(shard, dispatcher, last, done).start();
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private final class Drain {
        private final Executor dispatcher;
        private final Mailbox box;
        private final int last;
        private final CountDownLatch done;
        private long next = 1;
        private long published;

        Drain(Executor shard, Executor dispatcher, int last, CountDownLatch done) {
            this.dispatcher = dispatcher;
            this.last = last;
            this.done = done;
            this.box = new Mailbox(1_024, 1 << 20, shard);
            box.onSignal(this::turn);
        }

        void start() {
            dispatcher.execute(this::publishSome);
        }

        private void publishSome() {
            for (int i = 0; i < 3_000 && published < last; i++) {
                box.publish(publication(every, ++published), values);
            }
            box.signal();
            if (published < last) {
                dispatcher.execute(this::publishSome);
            }
        }

        private void turn() {
            box.beginDrain();
            for (Object entry = box.poll(); entry != null; entry = box.poll()) {
                next = switch (entry) {
                    case Publication publication -> publication.seq() == next ? next + 1 : Long.MIN_VALUE;
                    case ShardEvent.Missed missed ->
                        missed.newest().seq() >= next ? missed.newest().seq() + 1 : Long.MIN_VALUE;
                    default -> Long.MIN_VALUE;
                };
            }
            if (box.isHolding()) {
                dispatcher.execute(box::retry);
            }
            if (next == last + 1) {
                done.countDown();
            }
        }
    }

    private void fill() {
        for (int seq = 1; seq <= ENTRIES; seq++) {
            publish(publication(every, seq));
        }
    }

    private List<String> drained() {
        List<String> drained = new ArrayList<>();
        for (Object entry = mailbox.poll(); entry != null; entry = mailbox.poll()) {
            drained.add(switch (entry) {
                case Publication publication -> Long.toString(publication.seq());
                case ShardEvent.Missed missed -> "missed " + missed.newest().seq();
                case ShardEvent.UpstreamChanged changed -> changed.up() ? "up" : "down";
                default -> throw new AssertionError(entry);
            });
        }
        return drained;
    }

    private Publication publication(Topic topic, long seq) {
        return publication(topic, seq, 1);
    }

    private Publication publication(Topic topic, long seq, int bytes) {
        return new Publication(topic, seq, ++number, new byte[Math.max(1, bytes - OVERHEAD_BYTES)], 0, 0,
                Publication.NO_AGE);
    }
}
