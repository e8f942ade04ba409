package io.tickgate.protocol.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

/**
 * Reads an event stream as a browser does (WHATWG HTML §9.2.6), from input that may be cut at any byte. Owned by the
 * connection's thread; it is for clients, and holds at most one event and one line of {@code maxEventBytes} each.
 */
public final class SseDecoder {
    /** What the stream holds. */
    public interface Sink {
        /**
         * An event is dispatched.
         *
         * @param lastEventId the last event id, sent with this or an earlier block; empty if none
         * @param event the type, {@code message} unless named
         */
        void onEvent(String lastEventId, String event, String data);

        /** The server sets the reconnection time. */
        default void onRetry(long retryMs) {}

        /** A comment, which browsers ignore: heartbeats are. */
        default void onComment(String comment) {}
    }

    private static final int MAX_RETRY_DIGITS = 18;
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final int maxEventBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean firstLine = true;
    /** A line feed that comes next belongs to the line end before it. */
    private boolean afterCarriageReturn;
    private String event = "";
    private String idBuffer = "";
    private String lastEventId = "";

    /** @param maxEventBytes how long a line, and an event's data in characters, may be */
    public SseDecoder(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    /** What a client would send as {@code Last-Event-ID} now; empty if nothing. */
    public String lastEventId() {
        return lastEventId;
    }

    /**
     * Reads all of {@code in}, which stays the caller's.
     *
     * @throws SseFault above the limit; the stream cannot be read on
     */
    public void decode(ByteBuf in, Sink sink) throws SseFault {
        while (in.isReadable()) {
            byte octet = in.readByte();
            boolean secondHalf = afterCarriageReturn && octet == '\n';
            afterCarriageReturn = octet == '\r';
            if (secondHalf) {
                continue;
            }
            if (octet == '\n' || octet == '\r') {
                endLine(sink);
            } else if (line.size() == maxEventBytes) {
                throw SseFault.TOO_BIG;
            } else {
                line.write(octet);
            }
        }
    }

    private void endLine(Sink sink) throws SseFault {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (firstLine && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
        }
        firstLine = false;
        int colon = text.indexOf(':');
        if (text.isEmpty()) {
            endBlock(sink);
        } else if (colon == 0) {
            sink.onComment(text.substring(1));
        } else if (colon < 0) {
            readField(text, "", sink);
        } else {
            int valueStart = text.startsWith(" ", colon + 1) ? colon + 2 : colon + 1;
            readField(text.substring(0, colon), text.substring(valueStart), sink);
        }
    }

    private void readField(String name, String value, Sink sink) throws SseFault {
        switch (name) {
            case "event" -> event = value;
            case "data" -> {
                if (data.length() + value.length() >= maxEventBytes) {
                    throw SseFault.TOO_BIG;
                }
                data.append(value).append('\n');
            }
            case "id" -> {
                if (value.indexOf('\0') < 0) {
                    idBuffer = value;
                }
            }
            case "retry" -> {
                if (isNumber(value)) {
                    sink.onRetry(Long.parseLong(value));
                }
            }
            default -> {
                // Unknown fields are ignored.
            }
        }
    }

    private void endBlock(Sink sink) {
        lastEventId = idBuffer;
        String type = event.isEmpty() ? "message" : event;
        event = "";
        if (data.isEmpty()) {
            return;
        }
        String body = data.substring(0, data.length() - 1);
        data.setLength(0);
        sink.onEvent(lastEventId, type, body);
    }

    private static boolean isNumber(String value) {
        return !value.isEmpty() && value.length() <= MAX_RETRY_DIGITS && value.chars().allMatch(letter -> letter >= '0'
                && letter <= '9');
    }
}
