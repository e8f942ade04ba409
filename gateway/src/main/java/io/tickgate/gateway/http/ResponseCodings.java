package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.tickgate.protocol.compress.Coding;

/**
 * The content codings that whole responses may have now, best first. One for the process, any thread: gzip from the start, the
 * others soon after somebody has asked, when a thread of its own has loaded their libraries. That takes a quarter of a second,
 * which neither a loop nor a start has.
 */
final class ResponseCodings {
    /** zstd makes the fewest bytes of 2 to 50 KB of JSON and takes the least time; Brotli comes next. */
    private static final List<Coding> QUICK = List.of(Coding.ZSTD, Coding.BROTLI, Coding.GZIP);
    /** Of scripts and styles Brotli makes the fewest bytes, and who has all the time needs look at nothing else. */
    private static final List<Coding> THOROUGH = List.of(Coding.BROTLI, Coding.ZSTD, Coding.GZIP);
    private static final List<Coding> MEANWHILE = List.of(Coding.GZIP);

    /** Loads when it's first named. */
    private static final class Loading {
        static final CompletableFuture<Void> DONE = CompletableFuture.runAsync(ResponseCodings::use,
                task -> Thread.ofPlatform().daemon().name("tickgate-codings").start(task));
    }

    private ResponseCodings() {}

    /** Begins to load them, if nobody has. @return done when that is over */
    static CompletableFuture<Void> load() {
        return Loading.DONE;
    }

    static List<Coding> preferred(ResponseEncoder.Effort effort) {
        if (!Loading.DONE.isDone() || Loading.DONE.isCompletedExceptionally()) {
            return MEANWHILE;
        }
        return switch (effort) {
            case QUICK -> QUICK;
            case THOROUGH -> THOROUGH;
        };
    }

    /** Only the first use loads all of a library. */
    private static void use() {
        byte[] text = "anything".getBytes(StandardCharsets.US_ASCII);
        try (ResponseEncoder encoder = new ResponseEncoder(ResponseEncoder.Effort.QUICK)) {
            for (Coding coding : QUICK) {
                if (coding.isAvailable()) {
                    encoder.encode(text, coding);
                }
            }
        }
    }
}
