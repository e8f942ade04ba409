package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Reads the frames of one HTTP/2 connection and has the guard see each before anything is done for it, whatever state its
 * stream is in. Owned by the connection's loop.
 */
final class Http2GuardedReader implements Http2FrameReader {
    /**
     * A peer that has left so much unread and asks for still more answers doesn't want them. More than DATA frames, which wait
     * for a writable socket, and the heads of many responses amount to.
     */
    private static final int MAX_UNREAD_BYTES = 256 * 1_024;

    private final Http2FrameReader reader;
    private final Http2FloodGuard guard;
    private final Http2StreamHistory history;
    private Http2FrameListener told;
    private Guarded guarded;

    Http2GuardedReader(Http2FrameReader reader, Http2Connection connection, Http2FloodGuard guard) {
        this.reader = reader;
        this.guard = guard;
        history = new Http2StreamHistory(connection);
        connection.addListener(history);
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener)
            throws Http2Exception {
        guard.check();
        if (!listener.equals(told)) {
            told = listener;
            guarded = new Guarded(listener);
        }
        try {
            reader.readFrame(ctx, input, guarded);
        } catch (Http2FloodException flood) {
            throw flood;
        } catch (Http2Exception e) {
            Http2Flood flood = flood(e);
            if (flood != null) {
                throw new Http2FloodException(flood);
            }
            if (e instanceof Http2Exception.StreamException ofStream) {
                history.reset(ofStream.streamId());
            }
            if (e instanceof Http2Exception.HeaderListSizeException) {
                guard.spend(Http2Flood.HEADER_SIZE);
            }
            throw e;
        }
    }

    /** What Netty's reader saw of floods by itself; null if it's an ordinary error. */
    private static Http2Flood flood(Http2Exception e) {
        if (e.error() == Http2Error.ENHANCE_YOUR_CALM && !Http2Exception.isStreamError(e)) {
            return Http2Flood.CONTINUATION;
        }
        // A header block that is larger than its list may be, a quarter added, is not even collected.
        boolean isBlockTooLarge = !Http2Exception.isStreamError(e) && e.error() == Http2Error.PROTOCOL_ERROR
                && e.getMessage() != null && e.getMessage().startsWith("Header size exceeded");
        return isBlockTooLarge ? Http2Flood.HEADER_SIZE : null;
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }

    /** Counts, and passes on what is not too much. */
    private final class Guarded extends Http2FrameListenerDecorator {
        Guarded(Http2FrameListener listener) {
            super(listener);
        }

        private void spendAnswer(Http2Flood flood, ChannelHandlerContext ctx) throws Http2FloodException {
            guard.spend(flood);
            if (hasUnread(ctx)) {
                // Perhaps what one read brought was many.
                ctx.flush();
                if (hasUnread(ctx)) {
                    throw new Http2FloodException(flood);
                }
            }
        }

        private boolean hasUnread(ChannelHandlerContext ctx) {
            ChannelOutboundBuffer outbound = ctx.channel().unsafe().outboundBuffer();
            return outbound != null && outbound.totalPendingWriteBytes() > MAX_UNREAD_BYTES;
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            if (!data.isReadable() && !endOfStream) {
                guard.spend(Http2Flood.EMPTY_FRAMES);
            }
            guard.check();
            return super.onDataRead(ctx, streamId, data, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding,
                boolean endStream) throws Http2Exception {
            history.checkHeaders(streamId);
            super.onHeadersRead(ctx, streamId, headers, padding, endStream);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int streamDependency,
                short weight, boolean exclusive, int padding, boolean endStream) throws Http2Exception {
            history.checkHeaders(streamId);
            super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
        }

        @Override
        public void onPriorityRead(ChannelHandlerContext ctx, int streamId, int streamDependency, short weight,
                boolean exclusive) throws Http2Exception {
            guard.spend(Http2Flood.PRIORITY);
            super.onPriorityRead(ctx, streamId, streamDependency, weight, exclusive);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) throws Http2Exception {
            guard.spend(Http2Flood.RAPID_RESET);
            super.onRstStreamRead(ctx, streamId, errorCode);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            spendAnswer(Http2Flood.SETTINGS, ctx);
            super.onSettingsRead(ctx, settings);
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
            guard.spend(Http2Flood.SETTINGS);
            super.onSettingsAckRead(ctx);
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            spendAnswer(Http2Flood.PING, ctx);
            super.onPingRead(ctx, data);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            guard.spend(Http2Flood.PING);
            super.onPingAckRead(ctx, data);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData)
                throws Http2Exception {
            guard.spend(Http2Flood.UNKNOWN_FRAMES);
            super.onGoAwayRead(ctx, lastStreamId, errorCode, debugData);
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int windowSizeIncrement)
                throws Http2Exception {
            guard.spend(Http2Flood.WINDOW_UPDATES);
            super.onWindowUpdateRead(ctx, streamId, windowSizeIncrement);
        }

        @Override
        public void onUnknownFrame(ChannelHandlerContext ctx, byte frameType, int streamId, Http2Flags flags,
                ByteBuf payload) throws Http2Exception {
            guard.spend(Http2Flood.UNKNOWN_FRAMES);
            super.onUnknownFrame(ctx, frameType, streamId, flags, payload);
        }
    }
}
