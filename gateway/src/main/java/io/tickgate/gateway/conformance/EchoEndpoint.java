package io.tickgate.gateway.conformance;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.WebSocketConnection;
import io.tickgate.gateway.http.WebSocketOptions;
import io.tickgate.gateway.http.WebSocketUpgrade;
import io.tickgate.protocol.compress.BlockCompressor;
import io.tickgate.protocol.compress.Coding;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/**
 * A WebSocket that sends every message back as it came, of up to 16 MiB, deflated if the client agreed to that. Any loop; a
 * client that doesn't read can't send either, once it leaves as much unread as a connection is given at once.
 */
public final class EchoEndpoint implements Endpoint {
    private static final WebSocketOptions OPTIONS = new WebSocketOptions(null, 16 << 20, true);

    private final int highWatermarkBytes;

    public EchoEndpoint(int highWatermarkBytes) {
        this.highWatermarkBytes = highWatermarkBytes;
    }

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        if (exchange.isWebSocketUpgrade()) {
            Echo echo = new Echo();
            echo.connection = exchange.upgradeToWebSocket(OPTIONS, echo);
        } else {
            exchange.respond(WebSocketUpgrade.wanted(exchange.request()));
        }
    }

    /** One client. Owned by its connection's loop; holds native memory from the first deflated message on. */
    private final class Echo implements WebSocketConnection.Listener {
        private static final int LEVEL = 1;
        /** The empty stored block at the end, which RFC 7692 §7.2.1 leaves out. */
        private static final int TAIL_BYTES = 4;

        private WebSocketConnection connection;
        private BlockCompressor compressor;

        @Override
        public void onText(ByteBuf text) {
            send(true, text);
        }

        @Override
        public void onBinary(ByteBuf bytes) {
            send(false, bytes);
        }

        private void send(boolean isText, ByteBuf message) {
            boolean isDeflated = connection.deflate() != null && message.isReadable();
            ByteBuf payload = isDeflated ? deflate(message) : message;
            int bytes = payload.readableBytes();
            ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(WebSocketEncoder.headerLength(bytes) + bytes);
            WebSocketEncoder.writeHeader(isText, isDeflated, bytes, frame);
            connection.writeAndRelease(frame.writeBytes(payload));
            connection.flush();
            connection.setReading(connection.pendingBytes() < highWatermarkBytes);
        }

        private ByteBuf deflate(ByteBuf message) {
            if (compressor == null) {
                compressor = BlockCompressor.independent(Coding.GZIP, LEVEL);
            }
            compressor.begin().writeBytes(message);
            ByteBuf block = compressor.end();
            return block.writerIndex(block.writerIndex() - TAIL_BYTES);
        }

        @Override
        public void onAlive() {}

        @Override
        public void onDrained() {
            connection.setReading(true);
        }

        @Override
        public void onClosed() {
            if (compressor != null) {
                compressor.close();
            }
        }
    }
}
