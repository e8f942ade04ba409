package io.tickgate.loadtest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ScheduleTest {
    private static final long START_NS = 1_763_712_000_000_000_000L;

    @Test
    void spacesMessagesEvenlyWithoutDrift() {
        Schedule schedule = new Schedule(START_NS, 3, 1);
        assertThat(schedule.dueNs(0)).isEqualTo(START_NS);
        assertThat(schedule.dueNs(1)).isEqualTo(START_NS + 333_333_333);
        assertThat(schedule.dueNs(3_000_000)).isEqualTo(START_NS + 1_000_000 * 1_000_000_000L);
    }

    @Test
    void keepsTheMeanRateInBursts() {
        Schedule schedule = new Schedule(START_NS, 100, 50);
        assertThat(schedule.dueNs(49)).isEqualTo(START_NS);
        assertThat(schedule.dueNs(50)).isEqualTo(START_NS + 500_000_000);
        assertThat(schedule.stepNs()).isEqualTo(500_000_000);
        assertThat(schedule.countBefore(START_NS + 1_000_000_000)).isEqualTo(100);
    }

    @Test
    void countsWhatIsDueBeforeAnInstant() {
        for (double rate : new double[]{0.7, 3, 100, 12_345.678}) {
            Schedule schedule = new Schedule(START_NS, rate, 1);
            for (long end = START_NS - 1; end < START_NS + 10_000_000_000L; end += 777_777_777) {
                long count = schedule.countBefore(end);
                assertThat(schedule.dueNs(count)).isGreaterThanOrEqualTo(end);
                assertThat(count == 0 || schedule.dueNs(count - 1) < end).isTrue();
            }
        }
    }

    @Test
    void refusesARateThatIsNotPositive() {
        assertThatThrownBy(() -> new Schedule(0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule(0, Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
