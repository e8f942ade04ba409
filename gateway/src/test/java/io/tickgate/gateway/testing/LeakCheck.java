package io.tickgate.gateway.testing;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.slf4j.LoggerFactory;

/**
 * Fails a test class that leaked a buffer or logged a warning or error that it didn't declare by {@link ExpectedLog}.
 * Registered for every class; looks at the end of each, after garbage collection.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);
    private static final int COLLECTIONS = 3;
    private static final int BUFFERS_PER_COLLECTION = 64;
    private static final long COLLECTION_MS = 2_000;

    /** Keeps what must not be logged; any thread logs. */
    private static final class Recorder extends AppenderBase<ILoggingEvent> {
        private final ConcurrentLinkedQueue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
                events.add(event);
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isNested(context)) {
            return;
        }
        if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
            throw new IllegalStateException("run tests with -Dio.netty.leakDetection.level=paranoid");
        }
        Recorder recorder = new Recorder();
        recorder.start();
        root().addAppender(recorder);
        context.getStore(NAMESPACE).put(Recorder.class, recorder);
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        if (isNested(context)) {
            return;
        }
        Recorder recorder = context.getStore(NAMESPACE).remove(Recorder.class, Recorder.class);
        try {
            reportLeaks();
        } finally {
            root().detachAppender(recorder);
        }
        List<Pattern> expected = expected(context.getRequiredTestClass());
        List<String> stray = new ArrayList<>();
        for (ILoggingEvent event : recorder.events) {
            String message = event.getFormattedMessage();
            if (expected.stream().noneMatch(pattern -> pattern.matcher(message).find())) {
                stray.add(event.getLevel() + " " + event.getLoggerName() + ": " + message);
            }
        }
        if (!stray.isEmpty()) {
            throw new AssertionError("logged without @ExpectedLog:\n" + String.join("\n", stray));
        }
    }

    private static boolean isNested(ExtensionContext context) {
        return context.getRequiredTestClass().isAnnotationPresent(Nested.class);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    /** Netty tells of a leak when a buffer is allocated after the collector has found the leaked one. */
    private static void reportLeaks() throws InterruptedException {
        for (int round = 0; round < COLLECTIONS; round++) {
            ReferenceQueue<Object> collected = new ReferenceQueue<>();
            WeakReference<Object> sentinel = new WeakReference<>(new Object(), collected);
            System.gc();
            if (collected.remove(COLLECTION_MS) == null || !sentinel.refersTo(null)) {
                throw new AssertionError("the garbage collector did not run, so leaks can't be seen");
            }
            for (int i = 0; i < BUFFERS_PER_COLLECTION; i++) {
                ByteBufAllocator.DEFAULT.directBuffer(16).release();
                ByteBufAllocator.DEFAULT.heapBuffer(16).release();
                UnpooledByteBufAllocator.DEFAULT.directBuffer(16).release();
            }
        }
    }

    private static List<Pattern> expected(Class<?> testClass) {
        List<Pattern> patterns = new ArrayList<>();
        add(testClass.getAnnotation(ExpectedLog.class), patterns);
        for (Method method : testClass.getDeclaredMethods()) {
            add(method.getAnnotation(ExpectedLog.class), patterns);
        }
        for (Class<?> nested : testClass.getDeclaredClasses()) {
            if (nested.isAnnotationPresent(Nested.class)) {
                patterns.addAll(expected(nested));
            }
        }
        return patterns;
    }

    private static void add(ExpectedLog annotation, List<Pattern> patterns) {
        if (annotation != null) {
            for (String regex : annotation.value()) {
                patterns.add(Pattern.compile(regex));
            }
        }
    }
}
