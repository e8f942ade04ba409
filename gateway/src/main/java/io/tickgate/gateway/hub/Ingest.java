package io.tickgate.gateway.hub;

import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.concurrent.RateLimitedLog;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.PayloadScanner;
import io.tickgate.protocol.message.QuotedText;

/**
 * The one look that is taken at a payload: size, UTF-8, JSON, depth, the publisher's time and what its kind asks for. Owned by
 * the dispatcher.
 */
final class Ingest {
    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
    private static final long MAX_CLOCK_DIFFERENCE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final int maxPayloadBytes;
    private final LoopMetrics metrics;
    private final PayloadScanner scanner;
    private final RateLimitedLog refusals;

    Ingest(HubSettings settings, Clock clock, LoopMetrics metrics) {
        this.maxPayloadBytes = settings.maxPayloadBytes();
        this.metrics = metrics;
        this.scanner = new PayloadScanner(settings.maxPayloadDepth());
        this.refusals = new RateLimitedLog(LOG, clock);
    }

    /** The payload as it goes out, or null if it is refused: counted, and logged now and then. */
    byte[] accept(Topic topic, byte[] payload) {
        if (isTooBig(topic, payload)) {
            return null;
        }
        byte[] json = payload;
        PayloadScanner.Outcome outcome = scan(topic, json);
        if (outcome != PayloadScanner.Outcome.OK) {
            if (topic.kind().payload() != Kind.Payload.ANY) {
                metrics.increment(Counter.PAYLOAD_REFUSED);
                refusals.warn("dropped a publication on {}: {}", topic.name(), outcome);
                return null;
            }
            json = QuotedText.of(payload);
            if (isTooBig(topic, json)) {
                return null;
            }
            scan(topic, json);
        }
        if (topic.seqFieldAscii() != null && scanner.sequence() < 1) {
            metrics.increment(Counter.SEQUENCE_REFUSED);
            refusals.warn("dropped a publication on {}: no sequence number in its {}", topic.name(),
                    topic.kind().seqField());
            return null;
        }
        return json;
    }

    private boolean isTooBig(Topic topic, byte[] payload) {
        boolean isTooBig = payload.length > maxPayloadBytes;
        if (isTooBig) {
            metrics.increment(Counter.PAYLOAD_TOO_BIG);
            refusals.warn("dropped a publication of {} bytes on {}", payload.length, topic.name());
        }
        return isTooBig;
    }

    private PayloadScanner.Outcome scan(Topic topic, byte[] json) {
        return scanner.scan(json, topic.seqFieldAscii(), topic.conflationKeyAscii());
    }

    /** The publisher's number of the payload just accepted, 1 or more; only where its kind has a sequence field. */
    long sequence() {
        return scanner.sequence();
    }

    /** What of its channel the payload just accepted is the newest value of, or null for all of it. */
    String conflationKey() {
        return scanner.conflationKey();
    }

    /** How long ago the payload just accepted was published, by its own word, or {@link Publication#NO_AGE}. */
    long ageNanos(long nowMs) {
        long publishedAt = scanner.publishedAtNanos();
        if (publishedAt == PayloadScanner.NO_TIME) {
            return Publication.NO_AGE;
        }
        long age = TimeUnit.MILLISECONDS.toNanos(nowMs) - publishedAt;
        if (Math.abs(age) > MAX_CLOCK_DIFFERENCE_NANOS) {
            metrics.increment(Counter.PUBLISHER_TIME_IGNORED);
            return Publication.NO_AGE;
        }
        return age;
    }
}
