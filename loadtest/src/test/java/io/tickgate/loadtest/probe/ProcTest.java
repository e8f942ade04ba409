package io.tickgate.loadtest.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

final class ProcTest {
    @Test
    void readsCpuBehindACommandWithBracketsAndSpaces() {
        String stat = "4711 (my (odd) name) S 1 4711 4711 0 -1 4194560 9 0 0 0 150 25 7 8 20 0 12 0 100 1 2 3";
        assertThat(ServerCost.cpuNs(stat)).isEqualTo(1_750_000_000L);
    }

    @Test
    void readsResidentMemory() {
        assertThat(ServerCost.residentBytes(List.of("VmPeak:\t  9 kB", "VmRSS:\t  2048 kB"))).isEqualTo(2 << 20);
    }

    @Test
    void tellsBusyAndStolenSharesApart() {
        MachineLoad before = MachineLoad.of("cpu  100 0 100 800 0 0 0 0 0 0");
        MachineLoad after = MachineLoad.of("cpu  130 0 110 840 10 0 0 10 0 0");
        assertThat(after.busySince(before)).isEqualTo(0.4);
        assertThat(after.stealSince(before)).isEqualTo(0.1);
        assertThat(before.busySince(before)).isZero();
    }

    @Test
    void addsUpWhatLivesOnAHeap() throws Exception {
        assertThat(LiveHeap.total("   1:  7  99  [B (java.base)\nTotal             4711        1234567\n"))
                .isEqualTo(1_234_567);
        assertThat(LiveHeap.bytes(ProcessHandle.current().pid())).isGreaterThan(1 << 20);
    }

    @Test
    void seesThisProcess() throws Exception {
        ServerCost cost = ServerCost.of(ProcessHandle.current().pid());
        assertThat(cost.cpuNs()).isPositive();
        assertThat(cost.residentBytes()).isGreaterThan(1 << 20);
    }
}
