package io.tickgate.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

import io.netty.buffer.ByteBuf;

/**
 * Sends to many sockets in one system call: what was added leaves with {@link #finish}, and has been done when that returns,
 * since no send waits for a full socket. A ring of its own beside that of Netty's event loop, where a send would be done
 * only in a later turn. Owned by the thread that opened it; holds a reference to what it was given until that was submitted.
 */
public final class SendRing implements AutoCloseable {
    /** Sends at most in one system call; more are submitted in several. */
    private static final int ENTRIES = 512;

    // struct io_uring_params
    private static final int PARAMETERS_BYTES = 120;
    private static final int SUBMISSION_ENTRIES = 0;
    private static final int COMPLETION_ENTRIES = 4;
    private static final int FLAGS = 8;
    private static final int SUBMISSION_TAIL = 44;
    private static final int SUBMISSION_MASK = 48;
    private static final int SUBMISSION_ARRAY = 64;
    private static final int COMPLETION_HEAD = 80;
    private static final int COMPLETION_TAIL = 84;
    private static final int COMPLETION_MASK = 88;
    private static final int COMPLETIONS = 100;

    // struct io_uring_sqe
    private static final int SUBMISSION_BYTES = 64;
    private static final int OPERATION = 0;
    private static final int DESCRIPTOR = 4;
    private static final int ADDRESS = 16;
    private static final int LENGTH = 24;
    private static final int MESSAGE_FLAGS = 28;
    private static final int USER_DATA = 32;
    private static final byte DO_NOTHING = 0;
    private static final byte SEND = 26;

    // struct io_uring_cqe
    private static final int COMPLETION_BYTES = 16;
    private static final int RESULT = 8;
    private static final int NOTHING_TAKEN = -SystemCalls.EAGAIN;

    private static final VarHandle INT = JAVA_INT.varHandle();

    /** Who sends by the ring. Called on the ring's thread. */
    public interface Sender {
        /** Whether its socket is open still; a descriptor that was closed may be another socket's by now. */
        boolean isOpen();

        /**
         * What became of its send; throws nothing, since others are told after it.
         *
         * @param bytes what was given
         * @param sent how many bytes the kernel took, at most all; or an error's number, negative, if the connection is lost
         */
        void sent(ByteBuf bytes, int sent);
    }

    private final Arena arena = Arena.ofConfined();
    private final SystemCalls calls = new SystemCalls(arena);
    private final int ring;
    private final MemorySegment rings;
    private final MemorySegment submissions;
    private final int mask;
    private final int tailAt;
    private final int completionMask;
    private final int completionHeadAt;
    private final int completionTailAt;
    private final int completionsAt;

    /** By place in the ring. */
    private final Sender[] senders;
    /** Of each sender the place in {@link #held} of its bytes, and what the kernel said. */
    private final int[] bytesOf;
    private final int[] results;
    /** What the senders were given, each once where several in a row got the same. */
    private final ByteBuf[] held;
    private int heldCount;
    private int tail;
    private int completionHead;
    private int count;
    private boolean telling;

    /** Links what rings call, which takes longer than a loop may wait. Any thread. */
    public static void link() {
        SystemCalls.link();
    }

    /**
     * Makes a ring of the calling thread's own.
     *
     * @throws IOException if the kernel gives none
     */
    public SendRing() throws IOException {
        MemorySegment parameters = arena.allocate(PARAMETERS_BYTES, Long.BYTES);
        ring = setup(parameters);
        int entries = parameters.get(JAVA_INT, SUBMISSION_ENTRIES);
        int completions = parameters.get(JAVA_INT, COMPLETION_ENTRIES);
        int arrayAt = parameters.get(JAVA_INT, SUBMISSION_ARRAY);
        completionsAt = parameters.get(JAVA_INT, COMPLETIONS);
        long bytes = Math.max(arrayAt + (long) entries * Integer.BYTES,
                completionsAt + (long) completions * COMPLETION_BYTES);
        try {
            rings = calls.map(ring, bytes, SystemCalls.OFFSET_RINGS);
            submissions = calls.map(ring, (long) entries * SUBMISSION_BYTES, SystemCalls.OFFSET_SUBMISSIONS);
        } catch (IOException e) {
            calls.close(ring);
            arena.close();
            throw e;
        }
        tailAt = parameters.get(JAVA_INT, SUBMISSION_TAIL);
        completionHeadAt = parameters.get(JAVA_INT, COMPLETION_HEAD);
        completionTailAt = parameters.get(JAVA_INT, COMPLETION_TAIL);
        mask = rings.get(JAVA_INT, parameters.get(JAVA_INT, SUBMISSION_MASK));
        completionMask = rings.get(JAVA_INT, parameters.get(JAVA_INT, COMPLETION_MASK));
        senders = new Sender[entries];
        bytesOf = new int[entries];
        results = new int[entries];
        held = new ByteBuf[entries];
        prepare(arrayAt, entries);
    }

    private int setup(MemorySegment parameters) throws IOException {
        parameters.set(JAVA_INT, FLAGS, SystemCalls.SETUP_SINGLE_ISSUER | SystemCalls.SETUP_DEFER_TASKRUN);
        int result = calls.setup(ENTRIES, parameters);
        if (result == -SystemCalls.EINVAL) {
            // Before Linux 6.1, which knows neither flag.
            result = calls.setup(ENTRIES, parameters.fill((byte) 0));
        }
        if (result < 0) {
            arena.close();
            throw new IOException("io_uring_setup: error " + -result);
        }
        return result;
    }

    /** What is the same in all sends is written once. */
    private void prepare(int arrayAt, int entries) {
        for (int place = 0; place < entries; place++) {
            rings.set(JAVA_INT, arrayAt + (long) place * Integer.BYTES, place);
            long at = (long) place * SUBMISSION_BYTES;
            submissions.set(JAVA_BYTE, at + OPERATION, SEND);
            submissions.set(JAVA_INT, at + MESSAGE_FLAGS, CFunctions.AT_ONCE_WITHOUT_SIGNAL);
            submissions.set(JAVA_LONG, at + USER_DATA, place);
        }
    }

    /**
     * Adds a send.
     *
     * @param sender has no other send here; told of the result when it has been submitted
     * @param bytes in direct memory, not changed until then
     * @return its place, or -1 if none can be added now, since results are being told
     */
    @SuppressWarnings("ReferenceEquality")
    public int add(Sender sender, int descriptor, ByteBuf bytes) {
        if (telling) {
            return -1;
        }
        if (count == senders.length) {
            submit();
        }
        int place = (tail + count) & mask;
        long at = (long) place * SUBMISSION_BYTES;
        submissions.set(JAVA_INT, at + DESCRIPTOR, descriptor);
        submissions.set(JAVA_LONG, at + ADDRESS, bytes.memoryAddress() + bytes.readerIndex());
        submissions.set(JAVA_INT, at + LENGTH, bytes.readableBytes());
        if (heldCount == 0 || held[heldCount - 1] != bytes) {
            held[heldCount++] = bytes.retain();
        }
        senders[place] = sender;
        bytesOf[place] = heldCount - 1;
        count++;
        return place;
    }

    /** Has the send at a place be done, with all others, and its sender told before this returns. */
    public void finish(int place) {
        if (telling) {
            tell(place);
        } else {
            submit();
        }
    }

    private void submit() {
        if (count == 0) {
            return;
        }
        int first = tail;
        int submitted = count;
        tail += submitted;
        count = 0;
        boolean anyClosed = markClosed(first, submitted, DO_NOTHING);
        enter(submitted);
        if (anyClosed) {
            markClosed(first, submitted, SEND);
        }
        telling = true;
        try {
            for (int i = 0; i < submitted; i++) {
                tell((first + i) & mask);
            }
        } finally {
            telling = false;
            while (heldCount > 0) {
                held[--heldCount].release();
                held[heldCount] = null;
            }
        }
    }

    /** Has the sends to sockets that were closed since they were added do something else. @return whether there are any */
    private boolean markClosed(int first, int submitted, byte operation) {
        boolean any = false;
        for (int i = 0; i < submitted; i++) {
            int place = (first + i) & mask;
            results[place] = NOTHING_TAKEN;
            if (!senders[place].isOpen()) {
                submissions.set(JAVA_BYTE, (long) place * SUBMISSION_BYTES + OPERATION, operation);
                any = true;
            }
        }
        return any;
    }

    private void enter(int submitted) {
        INT.setRelease(rings, (long) tailAt, tail);
        int taken = 0;
        int done = 0;
        while (done < submitted) {
            int result = calls.enter(ring, submitted - taken, submitted - done);
            if (result >= 0) {
                taken += result;
            } else if (result != -SystemCalls.EINTR) {
                // The kernel has no memory to take more. Those senders' bytes wait where any others wait.
                tail -= submitted - taken;
                INT.setRelease(rings, (long) tailAt, tail);
                submitted = taken;
            }
            done += reap();
        }
    }

    private int reap() {
        int end = (int) INT.getAcquire(rings, (long) completionTailAt);
        int reaped = end - completionHead;
        while (completionHead != end) {
            long at = completionsAt + (long) (completionHead & completionMask) * COMPLETION_BYTES;
            results[(int) rings.get(JAVA_LONG, at)] = rings.get(JAVA_INT, at + RESULT);
            completionHead++;
        }
        INT.setRelease(rings, (long) completionHeadAt, completionHead);
        return reaped;
    }

    private void tell(int place) {
        Sender sender = senders[place];
        if (sender != null) {
            senders[place] = null;
            int result = results[place];
            sender.sent(held[bytesOf[place]], result == -SystemCalls.EAGAIN ? 0 : result);
        }
    }

    /** Submits what was added, and gives the memory back. */
    @Override
    public void close() {
        submit();
        calls.close(ring);
        arena.close();
    }
}
