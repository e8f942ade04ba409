package io.tickgate.gateway.http;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.http.HttpLoop.Countdown;
import io.tickgate.gateway.metrics.Counter;

/**
 * One connection that speaks HTTP/2 (RFC 9113). Owned by its loop. Bounded in streams, header bytes, request bodies all
 * together, resets, and control frames unsent; its response bodies by {@link Http2Outbound#pendingBytes()}.
 *
 * <p>Streams write into the connection's flow controller, and the first of them that is flushed flushes the connection, so
 * that a turn of the loop costs each connection one flush.
 */
final class Http2ServerConnection extends Http2ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Http2ServerConnection.class);
    private static final int GRACEFUL_SHUTDOWN_MS = 2_000;
    /** What a peer may have under way when we have said that the connection ends; more is an attack that goes on. */
    private static final int MAX_DISCARDED_BYTES = 1 << 20;

    private final HttpLoop loop;
    private final Countdown countdown;
    private final Channel channel;
    private final Http2FloodGuard guard;
    private final Http2Connection.PropertyKey exchangeKey;
    private ChannelHandlerContext ctx;
    /** Requests unanswered and response streams open. */
    private int liveExchanges;
    private long requestBodyBytes;
    private long queuedBytes;
    private long stalledBytes;
    private boolean reading;
    private boolean dirty;
    /** Nothing more is read or answered. */
    private boolean closing;
    private int discardedBytes;

    Http2ServerConnection(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder,
            Http2Settings initialSettings, HttpLoop loop, Countdown countdown, Channel channel,
            Http2FloodGuard guard) {
        super(decoder, encoder, initialSettings);
        gracefulShutdownTimeoutMillis(GRACEFUL_SHUTDOWN_MS);
        this.guard = guard;
        this.loop = loop;
        this.countdown = countdown;
        this.channel = channel;
        exchangeKey = connection().newKey();
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Http2Exchange exchange = stream.removeProperty(exchangeKey);
                if (exchange != null) {
                    exchange.streamClosed();
                }
                if (loop.phase() != HttpLoop.Phase.SERVING) {
                    // The stream's last frames may not be flushed yet.
                    loop.loop().execute(Http2ServerConnection.this::closeIfIdle);
                }
            }
        });
        countdown.handTo(channel::close);
    }

    /** Adds the connection to a pipeline whose peer was found to speak HTTP/2. */
    static void start(ChannelPipeline pipeline, HttpLoop loop, Countdown countdown) {
        pipeline.addLast(new Http2Turns(), Http2Codec.connection(loop, countdown, pipeline.channel()));
    }

    HttpLoop loop() {
        return loop;
    }

    Channel channel() {
        return channel;
    }

    ChannelHandlerContext ctx() {
        return ctx;
    }

    Http2FloodGuard guard() {
        return guard;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        ctx = context;
        super.handlerAdded(context);
    }

    boolean isSecure() {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    // Exchanges.

    Http2Exchange exchange(int streamId) {
        Http2Stream stream = connection().stream(streamId);
        return stream == null ? null : stream.getProperty(exchangeKey);
    }

    void opened(Http2Stream stream, Http2Exchange exchange) {
        stream.setProperty(exchangeKey, exchange);
        liveExchanges++;
        loop.cancel(countdown);
    }

    /** A request was answered in full or its stream has ended. */
    void ended() {
        liveExchanges--;
        awaitRequestIfIdle();
    }

    void awaitRequestIfIdle() {
        if (liveExchanges == 0 && channel.isActive() && !closing) {
            loop.awaitNextRequest(countdown);
        }
    }

    // A planned stop.

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof HttpLoop.Phase) {
            leave();
        }
        if (event == HttpLoop.Phase.ENDING) {
            connection().forEachActiveStream(stream -> {
                Http2Exchange exchange = stream.getProperty(exchangeKey);
                if (exchange != null) {
                    exchange.stopWebSocket();
                }
                return true;
            });
        }
        super.userEventTriggered(context, event);
    }

    /**
     * Has the client open another connection for its next request (RFC 9113 §6.8); this one ends with its last stream. What the
     * client has asked behind our back meanwhile it knows to be unanswered, and asks elsewhere.
     */
    void leave() {
        if (!connection().goAwaySent()) {
            // Whoever closes this connection now has waited for its streams long enough.
            gracefulShutdownTimeoutMillis(Listener.LAST_BYTES_MS);
            goAway(ctx, connection().remote().lastStreamCreated(), Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER,
                    ctx.newPromise());
            written();
            flushOnce();
        }
        closeIfIdle();
    }

    private void closeIfIdle() {
        if (connection().numActiveStreams() == 0 && connection().goAwaySent() && channel.isActive() && !closing) {
            closing = true;
            loop.awaitNextRequest(countdown);
            GentleClose.begin(loop, channel, countdown);
        }
    }

    /** Counts request bytes that are to be held, unless all bodies together would be more than one may be: then false. */
    boolean holdBody(int bytes) {
        if (requestBodyBytes + bytes > loop.router().largestBodyBytes()) {
            return false;
        }
        requestBodyBytes += bytes;
        return true;
    }

    void releaseBody(int bytes) {
        requestBodyBytes -= bytes;
    }

    void reset(Http2Stream stream, Http2Error error) {
        resetStream(ctx, stream.id(), error.code(), ctx.newPromise());
        written();
        flushOnce();
    }

    /** Lets the client send as much again as was read of a stream; until then its window stays that much smaller. */
    void giveBack(Http2Stream stream, int bytes) {
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                written();
                flushOnce();
            }
        } catch (Http2Exception impossible) {
            throw new AssertionError("no more than was withheld", impossible);
        }
    }

    // Response bytes.

    /** Something was written that the next flush must take along. */
    void written() {
        if (!dirty) {
            dirty = true;
            judge();
        }
    }

    /**
     * Looks what is left of earlier flushes, before a turn adds its own: a burst over many streams is more than any of them
     * may hold, and no sign of a slow reader until it stays.
     */
    private void judge() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long unsent = queuedBytes + (outbound == null ? 0 : outbound.totalPendingWriteBytes());
        stalledBytes = unsent > loop.settings().outboundHighWatermarkBytes() ? unsent : 0;
    }

    void queued(long bytes) {
        queuedBytes += bytes;
    }

    /** Flushes the whole connection if anything was written since it was last flushed. */
    void flushOnce() {
        // While it reads, the end of the read flushes.
        if (dirty && !reading) {
            flush(ctx);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        dirty = false;
        super.flush(context);
    }

    /** What all streams together still held when this turn began to write if that's above the high watermark, else 0. */
    long stalledBytes() {
        return stalledBytes;
    }

    // The connection.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (closing) {
            discard((ByteBuf) message);
            return;
        }
        reading = true;
        super.channelRead(context, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        reading = false;
        super.channelReadComplete(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        loop.cancel(countdown);
    }

    private void discard(ByteBuf bytes) {
        discardedBytes += bytes.readableBytes();
        bytes.release();
        if (discardedBytes > MAX_DISCARDED_BYTES) {
            ctx.close();
        }
    }

    // What the peer does wrong.

    /** Every RST_STREAM that we send, whoever asks for it. */
    @Override
    public ChannelFuture resetStream(ChannelHandlerContext context, int streamId, long errorCode,
            ChannelPromise promise) {
        if (errorCode == Http2Error.REFUSED_STREAM.code()) {
            loop.count(Counter.HTTP2_STREAMS_REFUSED);
        }
        // We have given up the stream by ourselves, or answered it.
        boolean isOurs = errorCode == Http2Error.CANCEL.code() || errorCode == Http2Error.NO_ERROR.code();
        if (!isOurs) {
            guard.note(Http2Flood.MADE_YOU_RESET);
        }
        return super.resetStream(context, streamId, errorCode, promise);
    }

    @Override
    protected void onStreamError(ChannelHandlerContext context, boolean outbound, Throwable cause,
            Http2Exception.StreamException error) {
        if (closing) {
            return;
        }
        tell(outbound, cause, error);
        boolean isHeadTooLarge = error instanceof Http2Exception.HeaderListSizeException tooLarge
                && tooLarge.duringDecode() && connection().stream(error.streamId()) == null;
        if (isHeadTooLarge) {
            refuseHead(error.streamId());
        } else {
            super.onStreamError(context, outbound, cause, error);
        }
    }

    /** Answers a request whose headers were decoded, so that the connection can go on, but not kept. */
    private void refuseHead(int streamId) {
        try {
            Http2Exchange.refuseHead(this, connection().remote().createStream(streamId, true));
        } catch (Http2Exception noStream) {
            onError(ctx, false, noStream);
        }
    }

    @Override
    protected void onConnectionError(ChannelHandlerContext context, boolean outbound, Throwable cause,
            Http2Exception error) {
        if (closing) {
            return;
        }
        tell(outbound, cause, error);
        if (error instanceof Http2FloodException flood) {
            loop.count(flood.flood().counter());
        }
        if (error == null) {
            fail(Http2Error.INTERNAL_ERROR, "");
        } else {
            fail(error.error(), error.getMessage());
        }
    }

    /**
     * Says why and which streams were looked at, ends them all and closes (RFC 9113 §5.4.1), soon and yet so that the peer can
     * read it.
     */
    void fail(Http2Error error, String reason) {
        if (closing || !channel.isActive()) {
            return;
        }
        closing = true;
        int last = connection().goAwaySent()
                ? connection().remote().lastStreamKnownByPeer()
                : connection().remote().lastStreamCreated();
        // Not by goAway(), which closes without regard for what the peer has under way.
        encoder().frameWriter().writeGoAway(ctx, last, error.code(), Http2Codec.debugData(ctx, reason),
                ctx.newPromise());
        connection().close(ctx.voidPromise());
        // From here on nobody waits for streams, nor for the peer to read.
        countdown.handTo(ctx::close);
        loop.awaitClose(countdown);
        GentleClose.begin(loop, channel, countdown);
    }

    private void tell(boolean outbound, Throwable cause, Http2Exception error) {
        if (error == null && !(cause instanceof IOException)) {
            loop.failed("HTTP/2 connection", cause);
        } else {
            if (!outbound) {
                loop.count(Counter.HTTP_MALFORMED);
            }
            LOG.debug("{} broke HTTP/2: {}", channel, cause.toString());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(context, cause);
        } else if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("{} broke: {}", channel, cause.toString());
            context.close();
        } else {
            loop.failed("HTTP/2 connection", cause);
            context.close();
        }
    }
}
