package io.tickgate.gateway.http;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.kernel.SendRing;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.protocol.websocket.MessageInflater;

/**
 * What the connections of one event loop share: settings, routes, counters, what inflates their messages, and the deadlines
 * of all of them under one timer. Owned by that loop.
 */
final class HttpLoop {
    /** How long a peer may take to close after we have (RFC 6455 §7.1.1, RFC 9112 §9.6). */
    private static final int CLOSE_TIMEOUT_MS = 3_000;
    private static final int LONGEST_TICK_MS = 500;
    private static final long FAILURE_LOG_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final DateTimeFormatter IMF_DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(HttpLoop.class);

    /** A deadline of one connection or stream; what it means is up to its owner. */
    static final class Countdown extends DeadlineQueue.Entry<Countdown> {
        private Runnable onExpired;

        Countdown(Runnable onExpired) {
            this.onExpired = onExpired;
        }

        /** From now on this is what happens. */
        void handTo(Runnable newOnExpired) {
            onExpired = newOnExpired;
        }
    }

    /** How far a planned stop has come; each connection is told too, as a user event of its pipeline. */
    enum Phase {
        SERVING,
        /** A connection ends with its last answer, unless its client comes right again. */
        DRAINING,
        /** Every connection ends with its last answer. */
        ENDING
    }

    private final EventLoop loop;
    private final HttpSettings settings;
    private final Router router;
    private final LoopMetrics metrics;
    private final Map<EventLoop, HttpLoop> all;
    private final ResponseEncoder encoder = new ResponseEncoder(ResponseEncoder.Effort.QUICK);
    private final DeadlineQueue<Countdown> requests;
    private final DeadlineQueue<Countdown> idles;
    private final DeadlineQueue<Countdown> closes;
    private final MessageInflater messageInflater = new MessageInflater();
    private Future<?> timer;
    private String date;
    private long dateSecond;
    private long lastFailureLogNanos = System.nanoTime() - FAILURE_LOG_NANOS;
    private long failuresUnlogged;
    private Phase phase = Phase.SERVING;
    /** Null on a plain port. */
    private SslContext tls;
    /** Null before it is asked for, and where the kernel gives none. */
    private SendRing sendRing;
    private boolean sendRingAsked;

    /** @param all every loop's, this one included by the time it's used */
    HttpLoop(EventLoop loop, HttpSettings settings, Router router, LoopMetrics metrics,
            Map<EventLoop, HttpLoop> all) {
        this.loop = loop;
        this.settings = settings;
        this.router = router;
        this.metrics = metrics;
        this.all = all;
        requests = new DeadlineQueue<>(TimeUnit.MILLISECONDS.toNanos(settings.headTimeoutMs()));
        idles = new DeadlineQueue<>(TimeUnit.MILLISECONDS.toNanos(settings.keepAliveMs()));
        closes = new DeadlineQueue<>(TimeUnit.MILLISECONDS.toNanos(CLOSE_TIMEOUT_MS));
    }

    /** Starts the timer; any thread. */
    void start() {
        int shortest = Math.min(CLOSE_TIMEOUT_MS, Math.min(settings.headTimeoutMs(), settings.keepAliveMs()));
        int tickMs = Math.clamp(shortest / 4, 25, LONGEST_TICK_MS);
        timer = loop.scheduleWithFixedDelay(this::expire, tickMs, tickMs, TimeUnit.MILLISECONDS);
    }

    /** Stops the timer and frees what the connections shared; any thread, once they are closed. */
    void stop() {
        timer.cancel(false);
        loop.execute(() -> {
            messageInflater.close();
            encoder.close();
            useTls(null);
            if (sendRing != null) {
                sendRing.close();
            }
        });
    }

    EventLoop loop() {
        return loop;
    }

    void enter(Phase next) {
        assert loop.inEventLoop();
        phase = next;
    }

    Phase phase() {
        return phase;
    }

    /** Whether a connection may wait for another request. */
    boolean mayStay(boolean comesRightAgain) {
        return switch (phase) {
            case SERVING -> true;
            case DRAINING -> comesRightAgain;
            case ENDING -> false;
        };
    }

    /** What new connections shake hands by; the loop's own to release. Those there are go on with what they began by. */
    void useTls(SslContext next) {
        assert loop.inEventLoop();
        ReferenceCountUtil.release(tls);
        tls = next;
    }

    /** Null on a plain port. */
    SslContext tls() {
        return tls;
    }

    /** The same of another event loop. */
    HttpLoop of(EventLoop other) {
        return all.get(other);
    }

    HttpSettings settings() {
        return settings;
    }

    Router router() {
        return router;
    }

    /** Inflates what WebSocket clients send. */
    MessageInflater messageInflater() {
        return messageInflater;
    }

    /** What sends for all connections of an io_uring loop together; null if the kernel gives no second ring. */
    SendRing sendRing() {
        assert loop.inEventLoop();
        if (!sendRingAsked) {
            sendRingAsked = true;
            try {
                sendRing = new SendRing();
            } catch (IOException e) {
                LOG.warn("sends go one by one: {}", e.getMessage());
            }
        }
        return sendRing;
    }

    /** Compresses whole responses. */
    ResponseEncoder encoder() {
        return encoder;
    }

    void set(Gauge gauge, long value) {
        metrics.set(gauge, value);
    }

    void count(Counter counter) {
        metrics.increment(counter);
    }

    /** The head and body of a request, or the TLS handshake, must be there in time. */
    void awaitRequest(Countdown countdown) {
        start(requests, countdown);
    }

    /** The next request must begin in time. */
    void awaitNextRequest(Countdown countdown) {
        start(idles, countdown);
    }

    /** The peer must close in time. */
    void awaitClose(Countdown countdown) {
        start(closes, countdown);
    }

    /** Nothing is awaited any more. */
    void cancel(Countdown countdown) {
        requests.remove(countdown);
        idles.remove(countdown);
        closes.remove(countdown);
    }

    private void start(DeadlineQueue<Countdown> queue, Countdown countdown) {
        assert loop.inEventLoop();
        queue.start(countdown, System.nanoTime());
    }

    private void expire() {
        long now = System.nanoTime();
        expire(requests, now);
        expire(idles, now);
        expire(closes, now);
    }

    private static void expire(DeadlineQueue<Countdown> queue, long now) {
        for (Countdown due = queue.pollDue(now); due != null; due = queue.pollDue(now)) {
            due.onExpired.run();
        }
    }

    /** The Date header of a response sent now (RFC 9110 §5.6.7). */
    String date() {
        long second = System.currentTimeMillis() / 1_000;
        if (second != dateSecond) {
            dateSecond = second;
            date = IMF_DATE.format(Instant.ofEpochSecond(second));
        }
        return date;
    }

    /** Logs a fault of ours, one a second at most, so that whoever can trigger it can't fill the disk. */
    void failed(String where, Throwable cause) {
        long now = System.nanoTime();
        if (now - lastFailureLogNanos < FAILURE_LOG_NANOS) {
            failuresUnlogged++;
            return;
        }
        LOG.error("{} failed ({} more since the last such line)", where, failuresUnlogged, cause);
        lastFailureLogNanos = now;
        failuresUnlogged = 0;
    }
}
