package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;

import io.tickgate.protocol.websocket.PermessageDeflate;
import io.tickgate.protocol.websocket.WebSocketHandshake;

/**
 * Writes responses of HTTP/1.x (RFC 9112 §4). Stateless; what it returns is the caller's.
 *
 * @param date the value of the Date header
 */
record Http1Encoder(ByteBufAllocator alloc, String date) {
    static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int HEAD_BYTES = 256;

    /** How the end of a body is known (RFC 9112 §6.3). */
    private enum Framing {
        LENGTH, CHUNKED, UNTIL_CLOSE
    }

    /** A whole response; without its body if the request was HEAD. */
    ByteBuf response(Response response, Http1Exchange exchange) {
        ByteBuf out = head(response, exchange.fixedHeaders(), Framing.LENGTH, connectionHeader(exchange));
        return exchange.head().isHead() ? out : out.writeBytes(response.body());
    }

    /** The answer to a request that isn't even known, after which the connection closes. */
    ByteBuf lastResponse(Response response) {
        return head(response, List.of(), Framing.LENGTH, "close").writeBytes(response.body());
    }

    /** The head of a response whose body follows, in chunks or until the connection closes. */
    ByteBuf streamHead(Response response, Http1Exchange exchange, boolean isChunked) {
        return head(response, exchange.fixedHeaders(), isChunked ? Framing.CHUNKED : Framing.UNTIL_CLOSE,
                connectionHeader(exchange));
    }

    /**
     * The answer to a WebSocket opening handshake (RFC 6455 §4.2.2).
     *
     * @param subprotocol null if none
     * @param deflate null if none
     */
    ByteBuf upgrade(Http1Exchange exchange, String subprotocol, PermessageDeflate deflate) {
        ByteBuf out = alloc.buffer(HEAD_BYTES);
        ByteBufUtil.writeAscii(out,
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n");
        writeField(out, "sec-websocket-accept",
                WebSocketHandshake.accept(exchange.head().header("sec-websocket-key")));
        if (subprotocol != null) {
            writeField(out, "sec-websocket-protocol", subprotocol);
        }
        if (deflate != null) {
            writeField(out, "sec-websocket-extensions", deflate.response());
        }
        writeFields(out, exchange.fixedHeaders());
        ByteBufUtil.writeAscii(out, "\r\n");
        return out;
    }

    private static String connectionHeader(Http1Exchange exchange) {
        if (!exchange.isKeepAlive()) {
            return "close";
        }
        return exchange.head().protocol().equals("HTTP/1.0") ? "keep-alive" : null;
    }

    private ByteBuf head(Response response, List<String> fixedHeaders, Framing framing, String connection) {
        int status = response.status();
        ByteBuf out = alloc.buffer(HEAD_BYTES + response.body().length);
        ByteBufUtil.writeAscii(out, "HTTP/1.1 ");
        ByteBufUtil.writeAscii(out, HttpResponseStatus.valueOf(status).toString());
        ByteBufUtil.writeAscii(out, "\r\n");
        writeFields(out, response.headers());
        writeFields(out, fixedHeaders);
        writeField(out, "date", date);
        switch (framing) {
            case LENGTH -> {
                // RFC 9110 §8.6: none with these.
                if (status != 204 && status != 304) {
                    writeField(out, "content-length", Integer.toString(response.body().length));
                }
            }
            case CHUNKED -> writeField(out, "transfer-encoding", "chunked");
            case UNTIL_CLOSE -> {
                // Nothing announces it but the Connection header.
            }
        }
        if (connection != null) {
            writeField(out, "connection", connection);
        }
        ByteBufUtil.writeAscii(out, "\r\n");
        return out;
    }

    private static void writeFields(ByteBuf out, List<String> namesAndValues) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            writeField(out, namesAndValues.get(i), namesAndValues.get(i + 1));
        }
    }

    private static void writeField(ByteBuf out, String name, String value) {
        ByteBufUtil.writeAscii(out, name);
        out.writeShort(':' << 8 | ' ');
        ByteBufUtil.writeAscii(out, value);
        out.writeShort('\r' << 8 | '\n');
    }
}
