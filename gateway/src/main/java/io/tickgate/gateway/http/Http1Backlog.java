package io.tickgate.gateway.http;

import java.util.ArrayDeque;

/**
 * Complete requests of one connection that wait while an earlier one is unanswered. Owned by the connection's loop; bounded in
 * requests and in bytes of their bodies.
 */
final class Http1Backlog {
    static final int MAX_REQUESTS = 16;

    private final int maxBodyBytes;
    private ArrayDeque<Http1Exchange> waiting;
    private int bodyBytes;

    /** @param maxBodyBytes that one body may have, or all of them together */
    Http1Backlog(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Adds a request; false if there are too many now. */
    boolean add(Http1Exchange exchange) {
        if (waiting == null) {
            waiting = new ArrayDeque<>();
        }
        waiting.add(exchange);
        bodyBytes += exchange.bodyBytes();
        return waiting.size() <= MAX_REQUESTS && bodyBytes <= maxBodyBytes;
    }

    /** The one that has waited longest, or null. */
    Http1Exchange poll() {
        Http1Exchange next = waiting == null ? null : waiting.poll();
        if (next != null) {
            bodyBytes -= next.bodyBytes();
        }
        return next;
    }

    boolean isEmpty() {
        return waiting == null || waiting.isEmpty();
    }

    /** None of them will be answered. */
    void release() {
        if (waiting != null) {
            waiting.forEach(HttpExchange::gone);
            waiting.clear();
            bodyBytes = 0;
        }
    }
}
