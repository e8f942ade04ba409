package io.tickgate.loadtest.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has used so far, from Linux's /proc.
 *
 * @param cpuNs user and system time of all its threads; the kernel counts in steps of 10 ms
 * @param residentBytes VmRSS
 */
public record ServerCost(long cpuNs, long residentBytes) {
    private static final long TICK_NS = 10_000_000;
    /** Fields behind the command's closing bracket, which may itself hold spaces: see proc(5), /proc/pid/stat. */
    private static final int UTIME = 11;
    private static final int STIME = 12;

    /**
     * Reads it now.
     *
     * @throws IOException if there is no such process
     */
    public static ServerCost of(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        return new ServerCost(cpuNs(Files.readString(proc.resolve("stat"))),
                residentBytes(Files.readAllLines(proc.resolve("status"))));
    }

    static long cpuNs(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * TICK_NS;
    }

    static long residentBytes(List<String> status) {
        return status.stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst().orElse(0);
    }
}
