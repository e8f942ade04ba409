package io.tickgate.gateway.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadlineQueueTest {
    private final DeadlineQueue<Waiter> queue = new DeadlineQueue<>(10);
    private final Waiter a = new Waiter();
    private final Waiter b = new Waiter();
    private final Waiter c = new Waiter();

    private static final class Waiter extends DeadlineQueue.Entry<Waiter> {}

    @Test
    void givesBackWhatIsDueInTheOrderOfStart() {
        queue.start(a, 0);
        queue.start(b, 3);
        queue.start(c, 5);
        assertThat(queue.pollDue(9)).isNull();
        assertThat(queue.pollDue(14)).isSameAs(a);
        assertThat(queue.pollDue(14)).isSameAs(b);
        assertThat(queue.pollDue(14)).isNull();
        assertThat(queue.pollDue(15)).isSameAs(c);
        assertThat(queue.pollDue(Long.MAX_VALUE)).isNull();
        assertThat(a.isWaiting()).isFalse();
    }

    @Test
    void startsAnewWhatWasRunning() {
        queue.start(a, 0);
        queue.start(b, 1);
        queue.start(a, 2);
        assertThat(queue.pollDue(11)).isSameAs(b);
        assertThat(queue.pollDue(11)).isNull();
        assertThat(queue.pollDue(12)).isSameAs(a);
    }

    @Test
    void forgetsWhatIsRemovedAnywhere() {
        queue.start(a, 0);
        queue.start(b, 0);
        queue.start(c, 0);
        queue.remove(b);
        queue.remove(a);
        queue.remove(a);
        assertThat(queue.pollDue(10)).isSameAs(c);
        assertThat(queue.pollDue(10)).isNull();
    }

    @Test
    void movesAnEntryFromOneQueueToAnother() {
        DeadlineQueue<Waiter> other = new DeadlineQueue<>(5);
        queue.start(a, 0);
        other.start(a, 0);
        queue.remove(a);
        assertThat(a.isWaiting()).isTrue();
        assertThat(queue.pollDue(100)).isNull();
        assertThat(other.pollDue(5)).isSameAs(a);
    }

    @Test
    void survivesAClockThatWrapsAround() {
        queue.start(a, Long.MAX_VALUE - 3);
        assertThat(queue.pollDue(Long.MAX_VALUE)).isNull();
        assertThat(queue.pollDue(Long.MIN_VALUE + 6)).isSameAs(a);
    }
}
