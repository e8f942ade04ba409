package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Writes response heads of HTTP/1.1 (RFC 9112 §4). Pure; the caller owns the buffer. */
final class Http1Encoder {
    /** How the end of a body is known (RFC 9112 §6.3). */
    enum Framing {
        LENGTH, CHUNKED, UNTIL_CLOSE
    }

    static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private Http1Encoder() {}

    /**
     * Writes status line and headers.
     *
     * @param fixedHeaders names and values besides the response's own
     * @param connection the value of the Connection header, or null for none
     */
    static void writeHead(ByteBuf out, Response response, List<String> fixedHeaders, Framing framing,
            String connection, String date) {
        int status = response.status();
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
            }
        }
        if (connection != null) {
            writeField(out, "connection", connection);
        }
        ByteBufUtil.writeAscii(out, "\r\n");
    }

    /** Writes the answer to a WebSocket opening handshake (RFC 6455 §4.2.2). */
    static void writeUpgrade(ByteBuf out, String accept, String subprotocol, List<String> fixedHeaders) {
        ByteBufUtil.writeAscii(out,
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n");
        writeField(out, "sec-websocket-accept", accept);
        if (subprotocol != null) {
            writeField(out, "sec-websocket-protocol", subprotocol);
        }
        writeFields(out, fixedHeaders);
        ByteBufUtil.writeAscii(out, "\r\n");
    }

    private static void writeFields(ByteBuf out, List<String> namesAndValues) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            writeField(out, namesAndValues.get(i), namesAndValues.get(i + 1));
        }
    }

    private static void writeField(ByteBuf out, String name, String value) {
        if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("line break in the value of response header " + name);
        }
        ByteBufUtil.writeAscii(out, name);
        out.writeShort(':' << 8 | ' ');
        ByteBufUtil.writeAscii(out, value);
        out.writeShort('\r' << 8 | '\n');
    }
}
