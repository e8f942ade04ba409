package io.tickgate.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * send(2) by the shortest way: Netty's goes by JNI, and the C library's makes itself a point where the thread may be cancelled,
 * together some 2 % of a delivery. To be had soon after it was first named: a thread of its own links it, which takes longer than
 * a loop may wait. Any thread.
 */
public final class DirectSend {
    private static final long NUMBER_OF_SENDTO = switch (System.getProperty("os.arch")) {
        case "amd64" -> 44;
        case "aarch64" -> 206;
        default -> -1;
    };
    private static volatile boolean linked;

    static {
        if (NUMBER_OF_SENDTO >= 0) {
            Thread.ofPlatform().daemon().name("tickgate-link").start(DirectSend::link);
        }
    }

    /** Linked when it's first named. */
    private static final class Call {
        /** Critical: the thread counts as running Java code, so that a collection waits until the send, which never waits, is done. */
        static final MethodHandle SENDTO = CFunctions.link("syscall",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG,
                        JAVA_INT),
                Linker.Option.firstVariadicArg(1), Linker.Option.critical(false));

        static int send(int descriptor, long address, int length) {
            try {
                return (int) (long) SENDTO.invokeExact(NUMBER_OF_SENDTO, descriptor, address, (long) length,
                        CFunctions.AT_ONCE_WITHOUT_SIGNAL, 0L, 0);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private DirectSend() {}

    /** Also makes the first call, which is part of it; there is no such descriptor. */
    private static void link() {
        Call.send(-1, 0, 0);
        linked = true;
    }

    /** Whether {@link #send} can send by now. */
    public static boolean isLinked() {
        return linked;
    }

    /**
     * Sends what a socket takes at once.
     *
     * @param address of {@code length} bytes in direct memory
     * @return how many bytes it took, or -1 if none, for whatever reason: another send says which
     */
    public static int send(int descriptor, long address, int length) {
        return linked ? Call.send(descriptor, address, length) : -1;
    }
}
