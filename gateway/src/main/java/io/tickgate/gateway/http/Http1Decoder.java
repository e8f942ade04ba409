package io.tickgate.gateway.http;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;

/**
 * Netty's request decoder without its leniencies: where a proxy before us could read another request than we do, ours is
 * refused (RFC 9112 §2.2, §3, §5, §7). It also knows whether a head has begun to arrive, since the handlers behind it see whole
 * heads only. Owned by the connection's loop; bounded by the limits of the settings.
 */
final class Http1Decoder extends HttpRequestDecoder {
    /** Fields of a head, or of trailers: more than any client sends, and few enough that looking for one is quick. */
    static final int MAX_FIELDS = 128;
    /** What a chunk of one byte may be framed with: the least is 5, what is above is its extensions. */
    private static final int MAX_FRAMING_PER_BYTE = 16;
    private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/'};
    private static final int VERSION_BYTES = 8;

    private enum Section {
        HEAD, BODY, TRAILERS,
        /** Something was refused: what follows is not looked at any more. */
        NOTHING
    }

    private final int maxFramingBytes;
    private Section section = Section.HEAD;
    private boolean midHead;
    private boolean hasRequestLine;
    private boolean hasSkippedLine;
    private boolean chunked;
    private long framingBytes;
    private int wordEnd;
    private int fields;
    private int lengths;

    Http1Decoder(HttpSettings settings) {
        super(new HttpDecoderConfig().setMaxInitialLineLength(settings.urlBytes())
                .setMaxHeaderSize(settings.requestHeadBytes()).setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true));
        maxFramingBytes = settings.requestHeadBytes();
    }

    boolean isMidHead() {
        return midHead;
    }

    /** Takes nothing any more for a request or a part of one. */
    void ignoreRest() {
        section = Section.NOTHING;
        midHead = false;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (section == Section.NOTHING) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (section == Section.HEAD && !hasRequestLine && !isAtRequestLine(in, out)) {
            midHead = section == Section.HEAD && in.isReadable();
            return;
        }
        if (section != Section.BODY && hasFoldedLine(in)) {
            refuse(Http1Breach.MALFORMED, in, out);
            return;
        }
        int start = in.readerIndex();
        int before = out.size();
        super.decode(ctx, in, out);
        if (out.size() > before) {
            goOnAfter((HttpObject) out.getLast());
        } else {
            midHead = section == Section.HEAD && (hasRequestLine || in.isReadable());
            if (chunked && section == Section.BODY && isLastChunk(in, start)) {
                section = Section.TRAILERS;
                fields = 0;
            }
        }
        if (chunked && section != Section.NOTHING && isOverframed(in.readerIndex() - start, out, before)) {
            refuse(Http1Breach.MALFORMED, in, out);
        }
    }

    private void goOnAfter(HttpObject decoded) {
        midHead = false;
        if (decoded.decoderResult().isFailure()) {
            section = Section.NOTHING;
        } else if (decoded instanceof LastHttpContent) {
            section = Section.HEAD;
            hasRequestLine = false;
            hasSkippedLine = false;
            chunked = false;
        } else if (decoded instanceof HttpMessage head) {
            section = Section.BODY;
            chunked = HttpUtil.isTransferEncodingChunked(head);
            framingBytes = 0;
        }
    }

    private void refuse(Http1Breach breach, ByteBuf in, List<Object> out) {
        HttpObject refused = section == Section.HEAD ? createInvalidMessage() : new DefaultLastHttpContent();
        refused.setDecoderResult(DecoderResult.failure(breach.found()));
        out.add(refused);
        in.skipBytes(in.readableBytes());
        ignoreRest();
    }

    // Lines, which Netty separates.

    /** Skips the empty line that old clients send behind a body (RFC 9112 §2.2); false unless something else is there. */
    private boolean isAtRequestLine(ByteBuf in, List<Object> out) {
        int at = in.readerIndex();
        byte first = in.getByte(at);
        if (first == HttpConstants.CR && !hasSkippedLine) {
            if (in.readableBytes() == 1) {
                return false;
            }
            if (in.getByte(at + 1) == HttpConstants.LF) {
                in.skipBytes(2);
                hasSkippedLine = true;
                return false;
            }
        }
        if (first == HttpConstants.CR || first == HttpConstants.LF) {
            refuse(Http1Breach.MALFORMED, in, out);
            return false;
        }
        return true;
    }

    /** Whether a line goes on in the next (RFC 9112 §5.2), or the first begins with white space (§2.2). */
    private static boolean hasFoldedLine(ByteBuf in) {
        int line = in.readerIndex();
        int end = in.writerIndex();
        while (line < end) {
            byte first = in.getByte(line);
            if (first == HttpConstants.SP || first == HttpConstants.HT) {
                return true;
            }
            int lineFeed = in.indexOf(line, end, HttpConstants.LF);
            if (first == HttpConstants.CR || lineFeed < 0) {
                return false;
            }
            line = lineFeed + 1;
        }
        return false;
    }

    // The request line: method, target and version with one space between them (RFC 9112 §3).

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        checkWord(line, 0, start, length);
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        checkWord(line, wordEnd + 1, start, length);
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        checkWord(line, wordEnd + 1, start, length);
        boolean isVersion = length == VERSION_BYTES;
        for (int i = 0; isVersion && i < VERSION.length; i++) {
            isVersion = line[start + i] == VERSION[i];
        }
        if (!isVersion) {
            throw Http1Breach.MALFORMED.found();
        }
        return super.splitThirdWordInitialLine(line, start, length);
    }

    private void checkWord(byte[] line, int expectedStart, int start, int length) {
        boolean isApart = start == 0 || line[start - 1] == HttpConstants.SP;
        if (start != expectedStart || length == 0 || !isApart) {
            throw Http1Breach.MALFORMED.found();
        }
        wordEnd = start + length;
        for (int i = start; i < wordEnd; i++) {
            // What is above ASCII is negative, and a path may have it raw.
            if ((line[i] >= 0 && line[i] <= ' ') || line[i] == 0x7f) {
                throw Http1Breach.MALFORMED.found();
            }
        }
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) throws Exception {
        HttpMessage message = super.createMessage(initialLine);
        hasRequestLine = true;
        fields = 0;
        lengths = 0;
        return message;
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        AsciiString name = super.splitHeaderName(line, start, length);
        if (++fields > MAX_FIELDS) {
            throw Http1Breach.LARGE_HEAD.found();
        }
        boolean isSecondLength = HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name) && ++lengths > 1;
        // Netty makes one of two lengths in HTTP/1.0; and to WebSocket drafts before RFC 6455 it grants a body of 8 bytes that
        // nothing announces.
        if (section == Section.HEAD
                && (isSecondLength || HttpHeaderNames.SEC_WEBSOCKET_KEY1.contentEqualsIgnoreCase(name))) {
            throw Http1Breach.MALFORMED.found();
        }
        return name;
    }

    // Chunks.

    /** Whether the line that was taken without anything coming of it says that no more chunks follow. */
    private static boolean isLastChunk(ByteBuf in, int start) {
        int at = start;
        while (at < in.readerIndex() && in.getByte(at) == '0') {
            at++;
        }
        return at > start && at < in.readerIndex() && hexValue(in.getByte(at)) < 0;
    }

    private static int hexValue(byte octet) {
        return Character.digit((char) (octet & 0xff), 16);
    }

    /** Whether the body is sent in crumbs, or with chunk extensions (RFC 9112 §7.1.1) and trailers that outweigh it. */
    private boolean isOverframed(int taken, List<Object> out, int before) {
        int content = 0;
        for (int i = before; i < out.size(); i++) {
            content += out.get(i) instanceof HttpContent chunk ? chunk.content().readableBytes() : 0;
        }
        framingBytes = Math.max(0, framingBytes + taken - content - (long) MAX_FRAMING_PER_BYTE * content);
        return framingBytes > maxFramingBytes;
    }
}
