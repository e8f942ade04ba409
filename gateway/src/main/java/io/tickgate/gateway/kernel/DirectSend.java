package io.tickgate.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * send(2) by the shortest way: Netty's goes by JNI, and the C library's makes itself a point where the thread may be cancelled,
 * together some 2 % of a delivery. Any thread.
 */
@SuppressWarnings("restricted")
public final class DirectSend {
    /** MSG_DONTWAIT, MSG_NOSIGNAL. */
    private static final int AT_ONCE_WITHOUT_SIGNAL = 0x40 | 0x4000;
    private static final long NUMBER_OF_SENDTO = switch (System.getProperty("os.arch")) {
        case "amd64" -> 44;
        case "aarch64" -> 206;
        default -> -1;
    };
    /** Critical: the thread counts as running Java code, so that a collection waits for it; no send takes longer than some µs. */
    private static final MethodHandle SENDTO = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT),
            Linker.Option.firstVariadicArg(1), Linker.Option.critical(false));

    private DirectSend() {}

    /**
     * Sends what a socket takes at once.
     *
     * @param address of {@code length} bytes in direct memory
     * @return how many bytes it took, or -1 for whatever went wrong, a full socket included: another send says what it is
     */
    public static int send(int descriptor, long address, int length) {
        if (NUMBER_OF_SENDTO < 0) {
            return -1;
        }
        try {
            return (int) (long) SENDTO.invokeExact(NUMBER_OF_SENDTO, descriptor, address, (long) length,
                    AT_ONCE_WITHOUT_SIGNAL, 0L, 0);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
