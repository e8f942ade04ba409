package io.tickgate.gateway.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls of io_uring (io_uring_setup(2), io_uring_enter(2)), which the C library has no functions for. Their numbers and
 * flags are the same on all processors that Netty's transport is built for. One thread's own.
 */
@SuppressWarnings("restricted")
final class SystemCalls {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;

    /** Only one thread enters; the kernel works for the ring only then (Linux 6.1). */
    static final int SETUP_SINGLE_ISSUER = 1 << 12;
    static final int SETUP_DEFER_TASKRUN = 1 << 13;
    static final long OFFSET_RINGS = 0;
    static final long OFFSET_SUBMISSIONS = 0x1000_0000;

    private static final int ENTER_GETEVENTS = 1;
    private static final long NUMBER_OF_SETUP = 425;
    private static final long NUMBER_OF_ENTER = 426;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_SHARED_POPULATE = 1 | 0x8000;
    private static final long MAP_FAILED = -1;

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_FIELD = Linker.Option.captureStateLayout()
            .varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle SETUP = CFunctions.link("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS), ERRNO,
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle ENTER = CFunctions.link("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG),
            ERRNO, Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MMAP = CFunctions.link("mmap",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG), ERRNO);
    private static final MethodHandle MUNMAP = CFunctions.link("munmap",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOSE = CFunctions.link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final Arena arena;
    private final MemorySegment state;

    SystemCalls(Arena arena) {
        this.arena = arena;
        state = arena.allocate(Linker.Option.captureStateLayout());
    }

    /** Does nothing but have the class initialized, and with it all that it calls. */
    static void link() {}

    /** @return the ring's file descriptor, or the error's number, negative */
    int setup(int entries, MemorySegment parameters) {
        try {
            return result((long) SETUP.invokeExact(state, NUMBER_OF_SETUP, entries, parameters));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /**
     * Has the kernel take what was submitted, and waits until so many are done.
     *
     * @return how many it took, or the error's number, negative
     */
    int enter(int ring, int submitted, int awaited) {
        try {
            return result((long) ENTER.invokeExact(state, NUMBER_OF_ENTER, ring, submitted, awaited, ENTER_GETEVENTS,
                    MemorySegment.NULL, 0L));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private int result(long returned) {
        return returned < 0 ? -(int) ERRNO_FIELD.get(state, 0L) : (int) returned;
    }

    /** Maps a part of the ring's memory until the arena is closed. */
    MemorySegment map(int ring, long bytes, long offset) throws IOException {
        MemorySegment mapped;
        try {
            mapped = (MemorySegment) MMAP.invokeExact(state, MemorySegment.NULL, bytes, PROT_READ_WRITE,
                    MAP_SHARED_POPULATE, ring, offset);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        if (mapped.address() == MAP_FAILED) {
            throw new IOException("mmap of an io_uring: error " + (int) ERRNO_FIELD.get(state, 0L));
        }
        return mapped.reinterpret(bytes, arena, SystemCalls::unmap);
    }

    private static void unmap(MemorySegment mapped) {
        try {
            int _ = (int) MUNMAP.invokeExact(mapped, mapped.byteSize());
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    void close(int ring) {
        try {
            int _ = (int) CLOSE.invokeExact(ring);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
