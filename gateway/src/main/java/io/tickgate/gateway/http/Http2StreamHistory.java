package io.tickgate.gateway.http;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Which of its newest streams an HTTP/2 client has opened, and which of them were reset: Netty forgets a stream with its end.
 * Owned by the connection's loop; remembers {@link #REMEMBERED}.
 */
final class Http2StreamHistory extends Http2ConnectionAdapter {
    private static final int REMEMBERED = Long.SIZE;

    private final Http2Connection connection;
    private int newest = -1;
    /** Bit n is of stream {@code newest - 2n}. */
    private long opened;
    private long reset;

    Http2StreamHistory(Http2Connection connection) {
        this.connection = connection;
    }

    @Override
    public void onStreamAdded(Http2Stream stream) {
        opened(stream.id());
    }

    private void opened(int stream) {
        int further = (stream - newest) / 2;
        opened = shifted(opened, further) | 1;
        reset = shifted(reset, further);
        newest = stream;
    }

    private static long shifted(long bits, int by) {
        return by < REMEMBERED ? bits << by : 0;
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        if (stream.isResetSent()) {
            reset(stream.id());
        }
    }

    /** We have reset it, perhaps before there was a stream: what the client has sent meanwhile isn't wrong. */
    void reset(int stream) {
        if (stream > newest) {
            opened(stream);
        }
        int age = age(stream);
        if (age < REMEMBERED) {
            reset |= 1L << age;
        }
    }

    private int age(int stream) {
        return (newest - stream) / 2;
    }

    /**
     * Refuses a header block for a stream that the client has ended (RFC 9113 §5.1), and for one that it has passed over
     * (§5.1.1).
     */
    void checkHeaders(int id) throws Http2Exception {
        Http2Stream stream = connection.stream(id);
        if (stream != null) {
            if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE && !stream.isResetSent()) {
                throw Http2Exception.streamError(id, Http2Error.STREAM_CLOSED, "headers after the end of the stream");
            }
        } else if (connection.remote().isValidStreamId(id) && id <= newest && age(id) < REMEMBERED) {
            long bit = 1L << age(id);
            if ((opened & bit) == 0) {
                throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "stream identifiers must rise");
            }
            if ((reset & bit) == 0) {
                throw Http2Exception.connectionError(Http2Error.STREAM_CLOSED, "headers for a closed stream");
            }
        }
    }
}
