package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;

import io.tickgate.gateway.http.HttpLoop.Countdown;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.websocket.PermessageDeflate;

/**
 * An HTTP/2 stream that carries a WebSocket (RFC 8441): its DATA frames are the bytes, END_STREAM is what the end of a TCP
 * connection's side would be, and RST_STREAM with CANCEL what a TCP reset would be. Owned by the connection's loop; holds
 * nothing itself, and what its peer may send unread is bounded by the stream's window.
 */
final class Http2WebSocket implements WebSocketMachine.Carrier, ResponseStream.Listener {
    private final Http2ServerConnection connection;
    private final Http2Stream stream;
    private final Http2Outbound out;
    private final WebSocketMachine machine;
    private boolean reading = true;
    /** Bytes that the peer gets no window for while it's not to send. */
    private int withheldBytes;

    /** @param deflate null if not agreed */
    Http2WebSocket(Http2ServerConnection connection, Http2Stream stream, int maxMessageBytes,
            PermessageDeflate deflate, WebSocketConnection.Listener listener) {
        this.connection = connection;
        this.stream = stream;
        out = Http2Outbound.ofTunnel(connection, stream, this);
        machine = new WebSocketMachine(connection.loop(), connection.channel().alloc(), out, this, maxMessageBytes,
                deflate, listener);
        connection.loop().count(Counter.WEBSOCKETS_HTTP2);
    }

    WebSocketMachine machine() {
        return machine;
    }

    /**
     * Takes the payload of a DATA frame.
     *
     * @param bytes of the frame that the windows were charged with
     * @return how many of them the peer gets back now
     */
    int received(ByteBuf data, int bytes) {
        machine.received(data);
        if (reading) {
            return bytes;
        }
        withheldBytes += bytes;
        return 0;
    }

    @Override
    public void setReading(boolean wanted) {
        reading = wanted;
        if (wanted && withheldBytes > 0) {
            int bytes = withheldBytes;
            withheldBytes = 0;
            connection.giveBack(stream, bytes);
        }
    }

    @Override
    public void onDrained() {
        machine.drained();
    }

    /** Not told once we have ended our side: {@link #streamClosed} is what tells. */
    @Override
    public void onClosed() {}

    @Override
    public void end(Countdown countdown) {
        out.close();
    }

    @Override
    public void abort() {
        out.abort();
    }

    /** Both sides have ended. Told later, since whoever aborts may be walking a list of connections. */
    void streamClosed() {
        out.gone();
        connection.loop().loop().execute(machine::gone);
    }
}
