package io.tickgate.gateway.http;

import java.io.IOException;
import java.util.ArrayDeque;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.http.HttpLoop.Countdown;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.websocket.PermessageDeflate;

/**
 * One connection that speaks HTTP/1.0 or 1.1 (RFC 9112): collects requests, has them answered one after the other, keeps the
 * connection for the next. Owned by its loop. Bounded: one request being received, {@link #MAX_PIPELINED} complete ones
 * waiting, whose bodies together are no larger than one body may be.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
    /** Requests that may wait while an earlier one is unanswered. */
    static final int MAX_PIPELINED = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);
    private static final Response TIMED_OUT = Response.error(408, ErrorCode.BAD_REQUEST,
            "the request did not arrive in time");

    private enum Waiting {
        FOR_REQUEST_BEGIN, FOR_REQUEST_END, FOR_US
    }

    private final Countdown countdown;
    private final Channel channel;
    private final Http1HeadDecoder decoder;
    private final SocketWriter writer;
    private HttpLoop loop;
    private Http1Exchange receiving;
    private Http1Exchange answering;
    private Http1Stream stream;
    private ArrayDeque<Http1Exchange> pipelined;
    private int pipelinedBodyBytes;
    private Waiting waiting = Waiting.FOR_REQUEST_END;
    private boolean reading;
    /** Whether the client that was answered last is about to ask again. */
    private boolean comesRightAgain;
    /** No more requests are taken from this connection. */
    private boolean closing;

    private Http1Connection(HttpLoop loop, Countdown countdown, Channel channel, Http1HeadDecoder decoder) {
        this.loop = loop;
        this.decoder = decoder;
        this.countdown = countdown;
        this.channel = channel;
        writer = new SocketWriter(channel);
        countdown.handTo(this::expired);
    }

    /** Adds the codec and the connection to a pipeline whose peer was found to speak HTTP/1.x. */
    static void start(ChannelPipeline pipeline, HttpLoop loop, Countdown countdown) {
        Http1HeadDecoder decoder = new Http1HeadDecoder(loop.settings());
        pipeline.addLast(decoder, new Http1Connection(loop, countdown, pipeline.channel(), decoder));
    }

    // Requests come in.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reading = true;
        try {
            if (!closing) {
                if (message instanceof HttpRequest request) {
                    onHead(request);
                }
                if (message instanceof HttpContent content && !closing) {
                    onContent(content);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onHead(HttpRequest request) {
        String protocol = request.protocolVersion().minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1";
        RequestHead head = new RequestHead(request.method().name(), request.uri(),
                new HeaderFields.OfHttp1(request.headers()), protocol, isSecure(), channel);
        Http1Exchange exchange = new Http1Exchange(this, loop, channel, head, Http1Rules.isKeepAlive(request));
        receiving = exchange;
        Response problem = Http1Rules.problem(request);
        if (problem != null) {
            loop.count(Counter.HTTP_MALFORMED);
            refuseAndClose(exchange, problem);
            return;
        }
        exchange.route();
        if (exchange.isRefused() && Http1Rules.hasBody(request)) {
            refuseAndClose(exchange, null);
        } else if (!exchange.isRefused() && !exchange.takesBody(Http1Rules.contentLength(request))) {
            exchange.refuseBody();
            refuseAndClose(exchange, null);
        } else if (Http1Rules.expectsContinue(request) && answering == null) {
            writer.writeAndRelease(Unpooled.wrappedBuffer(Http1Encoder.CONTINUE));
            flushUnlessReading();
        }
    }

    /** Answers the request being received in its turn, reads nothing after it, and closes. */
    private void refuseAndClose(Http1Exchange exchange, Response refusal) {
        if (refusal != null) {
            exchange.refuse(refusal);
        }
        exchange.forbidKeepAlive();
        closing = true;
        receiving = null;
        complete(exchange);
    }

    private void onContent(HttpContent content) {
        Http1Exchange exchange = receiving;
        if (exchange == null) {
            return;
        }
        if (content.decoderResult().isFailure()) {
            loop.count(Counter.HTTP_MALFORMED);
            refuseAndClose(exchange, Http1Rules.BAD_REQUEST);
            return;
        }
        if (!exchange.isRefused() && !exchange.appendBody(content.content())) {
            exchange.refuseBody();
            refuseAndClose(exchange, null);
            return;
        }
        if (content instanceof LastHttpContent) {
            receiving = null;
            complete(exchange);
        }
    }

    private void complete(Http1Exchange exchange) {
        if (answering == null) {
            answering = exchange;
            exchange.dispatch();
            return;
        }
        if (pipelined == null) {
            pipelined = new ArrayDeque<>();
        }
        pipelined.add(exchange);
        pipelinedBodyBytes += exchange.bodyBytes();
        if (pipelined.size() > MAX_PIPELINED || pipelinedBodyBytes > loop.router().largestBodyBytes()) {
            loop.count(Counter.HTTP_MALFORMED);
            LOG.debug("{} sends requests without waiting for answers", channel);
            abort();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        writer.flush();
        if (!closing && answering == null && (receiving != null || decoder.isMidHead())) {
            await(Waiting.FOR_REQUEST_END);
        } else {
            awaitNext();
        }
    }

    // Answers go out.

    void sendResponse(Http1Exchange exchange, Response response) {
        comesRightAgain = response.isComingRightAgain();
        if (!loop.mayStay(comesRightAgain)) {
            exchange.forbidKeepAlive();
        }
        writer.writeAndRelease(encoder().response(response, exchange));
        finished(exchange);
    }

    ResponseStream sendStreamHead(Http1Exchange exchange, Response head, ResponseStream.Listener listener) {
        Http1Stream opened = new Http1Stream(this, exchange, writer, listener);
        comesRightAgain = false;
        if (!opened.isChunked() || !loop.mayStay(false)) {
            exchange.forbidKeepAlive();
        }
        writer.writeAndRelease(encoder().streamHead(head, exchange, opened.isChunked()));
        if (exchange.head().isHead()) {
            finished(exchange);
            return new GoneConnection(loop.loop(), listener::onClosed);
        }
        stream = opened;
        writer.onDrained(listener::onDrained);
        return opened;
    }

    private Http1Encoder encoder() {
        return new Http1Encoder(channel.alloc(), loop.date());
    }

    /** The answer is written: the next request's turn, or the end. */
    void finished(Http1Exchange exchange) {
        assert answering == exchange;
        answering = null;
        stream = null;
        if (!exchange.isKeepAlive() || !loop.mayStay(comesRightAgain)) {
            closeGently();
            return;
        }
        flushUnlessReading();
        Http1Exchange next = pipelined == null ? null : pipelined.poll();
        if (next != null) {
            pipelinedBodyBytes -= next.bodyBytes();
            complete(next);
        } else if (!reading) {
            awaitNext();
        }
    }

    WebSocketConnection upgrade(Http1Exchange exchange, WebSocketOptions options,
            WebSocketConnection.Listener listener) {
        PermessageDeflate deflate = WebSocketUpgrade.deflate(loop, exchange.head(), options);
        writer.writeAndRelease(encoder().upgrade(exchange, options.subprotocol(), deflate));
        boolean isOutOfTurn = receiving != null || hasPipelined();
        answering = null;
        loop.cancel(countdown);
        WebSocketHandler handler = new WebSocketHandler(loop, channel, writer, options.maxMessageBytes(),
                deflate, listener);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.replace(this, null, handler);
        // What came behind the handshake already is handed to the new handler, which keeps it until its caller returned.
        pipeline.remove(decoder);
        if (isOutOfTurn) {
            loop.count(Counter.HTTP_MALFORMED);
            handler.abort();
        }
        flushUnlessReading();
        return handler.machine();
    }

    /** Leaves for another loop in the middle of a request that came alone; io_uring's reads in flight can't be taken along. */
    boolean moveTo(Http1Exchange exchange, EventLoop target, Runnable onMoved) {
        boolean isAlone = exchange == answering && receiving == null && !hasPipelined();
        if (!isAlone || !channel.isActive() || channel instanceof IoUringSocketChannel) {
            return false;
        }
        loop.cancel(countdown);
        channel.deregister().addListener(_ -> target.register(channel).addListener(arrived -> {
            loop = loop.of(target);
            exchange.movedTo(loop);
            if (!arrived.isSuccess()) {
                // Closed while no loop owned it, so that nobody was told.
                channel.pipeline().fireChannelInactive().fireChannelUnregistered();
            } else if (receiving != null || hasPipelined()) {
                // It didn't wait for the answer that may make it something else than HTTP.
                loop.count(Counter.HTTP_MALFORMED);
                abort();
            }
            onMoved.run();
        }));
        return true;
    }

    private boolean hasPipelined() {
        return pipelined != null && !pipelined.isEmpty();
    }

    private void flushUnlessReading() {
        if (!reading) {
            writer.flush();
        }
    }

    // Deadlines and the end.

    /** A planned stop has begun or come further: who waits for nothing goes, others with their last answer. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean isIdle = answering == null && receiving == null && !decoder.isMidHead();
        if (event instanceof HttpLoop.Phase && isIdle && !closing && !loop.mayStay(comesRightAgain)) {
            closeGently();
        }
    }

    private void awaitNext() {
        if (closing && answering == null) {
            return;
        }
        await(answering == null ? Waiting.FOR_REQUEST_BEGIN : Waiting.FOR_US);
    }

    private void await(Waiting next) {
        if (next == Waiting.FOR_REQUEST_END && waiting == next) {
            return;
        }
        waiting = next;
        switch (next) {
            case FOR_REQUEST_BEGIN -> loop.awaitNextRequest(countdown);
            case FOR_REQUEST_END -> loop.awaitRequest(countdown);
            case FOR_US -> loop.cancel(countdown);
        }
    }

    private void expired() {
        boolean isLateRequest = waiting == Waiting.FOR_REQUEST_END && !closing;
        if (!isLateRequest) {
            abort();
            return;
        }
        loop.count(Counter.HTTP_MALFORMED);
        Http1Exchange late = receiving;
        if (late == null) {
            // Of a head that isn't whole nothing is known, and nothing of it can be answered but its lateness.
            writer.writeAndRelease(encoder().lastResponse(TIMED_OUT));
            closeGently();
        } else {
            refuseAndClose(late, TIMED_OUT);
        }
    }

    /** Ends the connection after the last answer. */
    private void closeGently() {
        closing = true;
        releasePipelined();
        writer.flush();
        loop.awaitNextRequest(countdown);
        GentleClose.begin(loop, channel, countdown);
    }

    void abort() {
        closing = true;
        channel.close();
    }

    private boolean isSecure() {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    private void releasePipelined() {
        if (pipelined != null) {
            pipelined.forEach(HttpExchange::gone);
            pipelined.clear();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        loop.cancel(countdown);
        if (receiving != null) {
            receiving.gone();
            receiving = null;
        }
        releasePipelined();
        Http1Exchange unanswered = answering;
        Http1Stream open = stream;
        answering = null;
        stream = null;
        if (unanswered != null) {
            unanswered.gone();
        }
        if (open != null) {
            open.gone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("{} broke: {}", channel, cause.toString());
        } else {
            loop.failed("HTTP/1.1 connection", cause);
        }
        abort();
    }
}
