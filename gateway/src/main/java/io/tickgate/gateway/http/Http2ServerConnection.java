package io.tickgate.gateway.http;

import java.io.IOException;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
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
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
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
    private static final int RESETS_WINDOW_SECONDS = 30;
    private static final int MIN_RESETS_PER_WINDOW = 200;
    private static final int MAX_EMPTY_DATA_FRAMES = 8;
    private static final int MAX_SMALL_CONTINUATIONS = 16;
    private static final int MAX_QUEUED_CONTROL_FRAMES = 1_000;

    private final HttpLoop loop;
    private final Countdown countdown;
    private final Channel channel;
    private final Http2Connection.PropertyKey exchangeKey;
    private ChannelHandlerContext ctx;
    /** Requests unanswered and response streams open. */
    private int liveExchanges;
    private long requestBodyBytes;
    private long queuedBytes;
    private long stalledBytes;
    private boolean reading;
    private boolean dirty;
    private boolean closing;

    private Http2ServerConnection(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder,
            Http2Settings initialSettings, HttpLoop loop, Countdown countdown, Channel channel) {
        super(decoder, encoder, initialSettings);
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
        pipeline.addLast(new Builder(loop, countdown, pipeline.channel()).build());
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2ServerConnection, Builder> {
        private final HttpLoop loop;
        private final Countdown countdown;
        private final Channel channel;

        Builder(HttpLoop loop, Countdown countdown, Channel channel) {
            this.loop = loop;
            this.countdown = countdown;
            this.channel = channel;
            HttpSettings settings = loop.settings();
            Http2Connection connection = new DefaultHttp2Connection(true);
            // Priorities are deprecated (RFC 9113 §5.3.2) and their tree costs memory for each stream.
            connection.remote().flowController(
                    new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
            connection(connection);
            initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(settings.streams())
                    .maxHeaderListSize(settings.requestHeadBytes()).connectProtocolEnabled(true));
            validateRequiredPseudoHeaders(true);
            gracefulShutdownTimeoutMillis(GRACEFUL_SHUTDOWN_MS);
            // As many as a client may open it may leave at once, a rapid reset attack needs many times more.
            int resets = Math.max(MIN_RESETS_PER_WINDOW, settings.streams());
            decoderEnforceMaxRstFramesPerWindow(resets, RESETS_WINDOW_SECONDS);
            encoderEnforceMaxRstFramesPerWindow(resets, RESETS_WINDOW_SECONDS);
            decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES);
            decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS);
            encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
        }

        @Override
        protected Http2ServerConnection build() {
            return super.build();
        }

        @Override
        protected Http2ServerConnection build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder,
                Http2Settings initialSettings) {
            Http2ServerConnection connection = new Http2ServerConnection(decoder, encoder, initialSettings, loop,
                    countdown, channel);
            decoder.frameListener(new Http2Requests(connection));
            return connection;
        }
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

    @Override
    protected void onConnectionError(ChannelHandlerContext context, boolean outbound, Throwable cause,
            Http2Exception error) {
        tell(outbound, cause, error);
        super.onConnectionError(context, outbound, cause, error);
    }

    @Override
    protected void onStreamError(ChannelHandlerContext context, boolean outbound, Throwable cause,
            Http2Exception.StreamException error) {
        tell(outbound, cause, error);
        super.onStreamError(context, outbound, cause, error);
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
