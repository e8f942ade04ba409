package io.tickgate.loadtest.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine's processor time so far, from /proc/stat, in ticks summed over all processors.
 *
 * @param busy everything but idle and steal
 * @param steal what the host took away
 */
record MachineLoad(long busy, long steal, long all) {
    private static final int IDLE = 4;
    private static final int IOWAIT = 5;
    private static final int STEAL = 8;

    static MachineLoad now() throws IOException {
        return of(Files.readAllLines(Path.of("/proc/stat")).getFirst());
    }

    static MachineLoad of(String line) {
        String[] fields = line.split(" +");
        long all = 0;
        for (int i = 1; i <= STEAL; i++) {
            all += Long.parseLong(fields[i]);
        }
        long steal = Long.parseLong(fields[STEAL]);
        return new MachineLoad(all - Long.parseLong(fields[IDLE]) - Long.parseLong(fields[IOWAIT]) - steal, steal, all);
    }

    /** The busy share of the machine since {@code earlier}, 0 to 1. */
    double busySince(MachineLoad earlier) {
        return share(busy - earlier.busy, all - earlier.all);
    }

    /** The share that the host took since {@code earlier}, 0 to 1. */
    double stealSince(MachineLoad earlier) {
        return share(steal - earlier.steal, all - earlier.all);
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
