package io.tickgate.loadtest.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

/** The counter of another JVM, beside what that JVM has really allocated. */
class HeapAllocationTest {
    private static final int ARRAY_BYTES = 1_000_000;
    private static final int ARRAYS = 20;

    /** Allocates so much for each byte of its input, and says when that is done. */
    static final class Allocating {
        private Allocating() {}

        public static void main(String... args) throws IOException {
            List<byte[]> kept = new ArrayList<>();
            System.out.println("ready");
            while (System.in.read() >= 0) {
                for (int i = 0; i < ARRAYS; i++) {
                    kept.add(new byte[ARRAY_BYTES]);
                }
                System.out.println(kept.size());
                kept.clear();
            }
        }
    }

    @Test
    void tellsWhatWasAllocatedMeanwhile() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"),
                Allocating.class.getName()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (OutputStream in = process.getOutputStream();
                BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            try (HeapAllocation allocation = HeapAllocation.of(process.pid())) {
                long before = allocation.bytes();
                in.write(1);
                in.flush();
                assertThat(out.readLine()).isEqualTo(String.valueOf(ARRAYS));
                assertThat(allocation.since(before)).isBetween((long) ARRAYS * ARRAY_BYTES,
                        (long) (ARRAYS + 1) * ARRAY_BYTES);
                assertThat(allocation.since(allocation.bytes())).isLessThan(ARRAY_BYTES / 10);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void knowsNothingOfAProcessThatIsNoJvm() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(HeapAllocation.of(process.pid())).isNull();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
