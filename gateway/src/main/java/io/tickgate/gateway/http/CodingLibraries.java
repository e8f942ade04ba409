package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.tickgate.protocol.compress.Coding;

/**
 * Which content codings can be had now. One for the process, any thread: gzip from the start, the others soon after somebody has
 * asked, when a thread of its own has loaded their libraries. That takes a quarter of a second, which neither a loop nor a start
 * has.
 */
final class CodingLibraries {
    /** Loads when it's first named. */
    private static final class Loading {
        static final CompletableFuture<Void> DONE = CompletableFuture.runAsync(CodingLibraries::use,
                task -> Thread.ofPlatform().daemon().name("tickgate-codings").start(task));
    }

    private CodingLibraries() {}

    /** Begins to load them, if nobody has. @return done when that is over */
    static CompletableFuture<Void> load() {
        return Loading.DONE;
    }

    /** Those of the codings that can be had, in their order. */
    static List<Coding> loaded(List<Coding> codings) {
        boolean areThere = Loading.DONE.isDone() && !Loading.DONE.isCompletedExceptionally();
        return areThere ? codings : codings.stream().filter(coding -> coding == Coding.GZIP).toList();
    }

    /** Only the first use loads all of a library. */
    private static void use() {
        byte[] text = "anything".getBytes(StandardCharsets.US_ASCII);
        try (ResponseEncoder encoder = new ResponseEncoder(ResponseEncoder.Effort.QUICK)) {
            for (Coding coding : Coding.values()) {
                if (coding != Coding.IDENTITY && coding.isAvailable()) {
                    encoder.encode(text, coding);
                }
            }
        }
    }
}
