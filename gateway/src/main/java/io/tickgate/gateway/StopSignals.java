package io.tickgate.gateway;

import java.lang.reflect.Proxy;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and Ctrl-C while the JVM is stopping already, of which by itself it takes no notice any more. The JDK offers it in
 * {@code sun.misc} alone, use of which is a warning: so by reflection, and without where it's missing. Any thread.
 */
final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final List<String> SIGNALS = List.of("TERM", "INT");

    private StopSignals() {}

    /** From now on each of these signals runs the task, on a thread of its own, and does nothing else. */
    static void onSignal(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(handlerType.getClassLoader(), new Class<?>[]{handlerType},
                    (_, _, _) -> {
                        task.run();
                        return null;
                    });
            for (String name : SIGNALS) {
                signal.getMethod("handle", signal, handlerType).invoke(null,
                        signal.getConstructor(String.class).newInstance(name), handler);
            }
        } catch (ReflectiveOperationException e) {
            LOG.debug("a second signal will not shorten the stop", e);
        }
    }
}
