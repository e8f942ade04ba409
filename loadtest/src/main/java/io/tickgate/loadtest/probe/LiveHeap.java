package io.tickgate.loadtest.probe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a JVM's heap holds once a full collection has taken the rest, by this JDK's jcmd. Pure but for the process it asks. */
final class LiveHeap {
    private LiveHeap() {}

    /** 0 if the process is no JVM of this user. Stops that JVM for as long as a full collection takes. */
    static long bytes(long pid) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (InputStream out = process.getInputStream()) {
            String histogram = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? total(histogram) : 0;
        }
    }

    /** The bytes in the line {@code Total instances bytes}; 0 if there is none. */
    static long total(String histogram) {
        return histogram.lines().filter(line -> line.startsWith("Total ")).map(line -> line.strip().split(" +"))
                .filter(fields -> fields.length == 3).mapToLong(fields -> Long.parseLong(fields[2])).findFirst()
                .orElse(0);
    }
}
