package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

/** A client that speaks HTTP/2 by prior knowledge, frame by frame, right or wrong. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final RawClient client;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

    /** One frame as it came. */
    record Frame(int type, int flags, int stream, ByteBuf payload) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        String text() {
            return payload.toString(StandardCharsets.UTF_8);
        }

        /** The error code of a RST_STREAM or GOAWAY. */
        int error() {
            return payload.getInt(type == GOAWAY ? 4 : 0);
        }
    }

    /** Connects with empty settings and a large window for the connection. */
    RawHttp2(int port) throws IOException {
        this(port, new byte[0]);
    }

    RawHttp2(int port, byte[] settings) throws IOException {
        this(port, settings, 1 << 30);
    }

    /** @param windowIncrement what the connection's window is opened by at once, 0 for not */
    RawHttp2(int port, byte[] settings, int windowIncrement) throws IOException {
        client = new RawClient(port);
        client.send(PREFACE);
        send(SETTINGS, 0, 0, settings);
        if (windowIncrement > 0) {
            window(0, windowIncrement);
        }
    }

    void window(int stream, int increment) throws IOException {
        send(WINDOW_UPDATE, 0, stream, ByteBufUtil.getBytes(Unpooled.copyInt(increment)));
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuf frame = Unpooled.buffer().writeMedium(payload.length).writeByte(type).writeByte(flags)
                .writeInt(stream).writeBytes(payload);
        client.send(ByteBufUtil.getBytes(frame));
    }

    /** Sends the same frame many times in one go: the connection may be closed in the midst of them. */
    void sendMany(int count, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuf frames = Unpooled.buffer();
        for (int i = 0; i < count; i++) {
            frames.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream).writeBytes(payload);
        }
        client.send(ByteBufUtil.getBytes(frames));
    }

    /** A header block of literals, in this order and whatever they are; short ones only. */
    static byte[] block(String... namesAndValues) {
        ByteBuf block = Unpooled.buffer();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.writeByte(0);
            for (String text : new String[]{namesAndValues[i], namesAndValues[i + 1]}) {
                block.writeByte(text.length()).writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return ByteBufUtil.getBytes(block);
    }

    static Http2Headers request(String method, String path) {
        return new DefaultHttp2Headers().method(method).path(path).scheme("http").authority("h");
    }

    byte[] encoded(int stream, Http2Headers headers) throws Http2Exception {
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(stream, headers, block);
        return ByteBufUtil.getBytes(block);
    }

    void headers(int stream, Http2Headers headers, boolean end) throws IOException, Http2Exception {
        send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, encoded(stream, headers));
    }

    void get(int stream, String path) throws IOException, Http2Exception {
        headers(stream, request("GET", path), true);
    }

    Frame read() throws IOException {
        ByteBuf head = Unpooled.wrappedBuffer(client.read(9));
        int length = head.readUnsignedMedium();
        return new Frame(head.readUnsignedByte(), head.readUnsignedByte(), head.readInt(),
                Unpooled.wrappedBuffer(client.read(length)));
    }

    /** The next frame of a type, acknowledging settings and skipping others on the way. */
    Frame next(int type) throws IOException {
        while (true) {
            Frame frame = read();
            if (frame.type == SETTINGS && !frame.has(ACK)) {
                acknowledgeSettings();
            }
            if (frame.type == type) {
                return frame;
            }
        }
    }

    /** The next frame of any of these types, whatever comes before. */
    Frame nextOf(int... types) throws IOException {
        while (true) {
            Frame frame = read();
            for (int type : types) {
                if (frame.type == type) {
                    return frame;
                }
            }
        }
    }

    Http2Headers nextHeaders(int stream) throws IOException, Http2Exception {
        Frame frame = next(HEADERS);
        if (frame.stream != stream) {
            throw new AssertionError("headers of stream " + frame.stream);
        }
        return decode(frame);
    }

    Http2Headers decode(Frame headers) throws Http2Exception {
        return decoder.decodeHeaders(headers.stream, headers.payload);
    }

    /** A gateway that has closed meanwhile resets the connection; what it sent before can still be read. */
    private void acknowledgeSettings() throws IOException {
        try {
            send(SETTINGS, ACK, 0, new byte[0]);
        } catch (SocketException gone) {
            assertThat(gone).hasMessageMatching("Connection reset.*|Broken pipe");
        }
    }

    /** The error code of the next GOAWAY. */
    int readToGoAway() throws IOException {
        return next(GOAWAY).error();
    }

    RawClient raw() {
        return client;
    }

    @Override
    public void close() throws IOException {
        encoder.close();
        client.close();
    }
}
