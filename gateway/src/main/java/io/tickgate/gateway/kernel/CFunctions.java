package io.tickgate.gateway.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** What the C library offers that Java doesn't. To link the first function takes a fifth of a second. Any thread. */
final class CFunctions {
    /** MSG_DONTWAIT, MSG_NOSIGNAL: a send that takes what there is room for, and only says so when the peer is gone. */
    static final int AT_ONCE_WITHOUT_SIGNAL = 0x40 | 0x4000;

    private static final Linker LINKER = Linker.nativeLinker();

    private CFunctions() {}

    @SuppressWarnings("restricted")
    static MethodHandle link(String name, FunctionDescriptor shape, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, options);
    }
}
