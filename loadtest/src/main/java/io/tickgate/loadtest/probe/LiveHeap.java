package io.tickgate.loadtest.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a JVM's heap holds once a full collection has taken the rest, by this JDK's jcmd. Pure but for the process it asks. */
final class LiveHeap {
    private LiveHeap() {}

    /** 0 if the process is no JVM of this user. Stops that JVM for as long as a full collection takes. */
    static long bytes(long pid) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        // Not a pipe: a JVM that asks itself is stopped while it answers, and could not read.
        Path histogram = Files.createTempFile("heap", ".txt");
        try {
            Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                    .redirectErrorStream(true).redirectOutput(histogram.toFile()).start();
            return process.waitFor() == 0 ? total(Files.readString(histogram)) : 0;
        } finally {
            Files.delete(histogram);
        }
    }

    /** The bytes in the line {@code Total instances bytes}; 0 if there is none. */
    static long total(String histogram) {
        return histogram.lines().filter(line -> line.startsWith("Total ")).map(line -> line.strip().split(" +"))
                .filter(fields -> fields.length == 3).mapToLong(fields -> Long.parseLong(fields[2])).findFirst()
                .orElse(0);
    }
}
