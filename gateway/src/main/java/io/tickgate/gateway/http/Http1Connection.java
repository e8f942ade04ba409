package io.tickgate.gateway.http;

import java.io.IOException;

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
import io.tickgate.protocol.websocket.PermessageDeflate;

/**
 * One connection that speaks HTTP/1.0 or 1.1 (RFC 9112): collects requests, has them answered one after the other, keeps the
 * connection for the next. Owned by its loop. Bounded: one request being received, and an {@link Http1Backlog} of complete ones.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);

    private enum Waiting {
        FOR_REQUEST_BEGIN, FOR_REQUEST_END, FOR_US
    }

    private final Countdown countdown;
    private final Channel channel;
    private final Http1Decoder decoder;
    private final SocketWriter writer;
    private final Http1Backlog backlog;
    private HttpLoop loop;
    private Http1Exchange receiving;
    private Http1Exchange answering;
    private Http1Stream stream;
    private Waiting waiting = Waiting.FOR_REQUEST_END;
    private boolean reading;
    /** Whether the client that was answered last is about to ask again. */
    private boolean comesRightAgain;
    /** No more requests are taken from this connection. */
    private boolean closing;

    private Http1Connection(HttpLoop loop, Countdown countdown, Channel channel, Http1Decoder decoder) {
        this.loop = loop;
        this.decoder = decoder;
        this.countdown = countdown;
        this.channel = channel;
        writer = new SocketWriter(loop, channel);
        backlog = new Http1Backlog(loop.router().largestBodyBytes());
        countdown.handTo(this::expired);
    }

    /** Adds the codec and the connection to a pipeline whose peer was found to speak HTTP/1.x. */
    static void start(ChannelPipeline pipeline, HttpLoop loop, Countdown countdown) {
        Http1Decoder decoder = new Http1Decoder(loop.settings());
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
        Http1Breach breach = Http1Rules.breach(request);
        if (breach == null && !head.isTargetValid()) {
            breach = Http1Breach.MALFORMED;
        }
        if (breach != null) {
            refuseAndClose(exchange, breach);
            return;
        }
        exchange.route();
        if (exchange.isRefused() && Http1Rules.hasBody(request)) {
            answerAndClose(exchange);
        } else if (!exchange.isRefused() && !exchange.takesBody(Http1Rules.contentLength(request))) {
            refuseBodyAndClose(exchange);
        } else if (Http1Rules.expectsContinue(request) && answering == null) {
            writer.writeAndRelease(Unpooled.wrappedBuffer(Http1Encoder.CONTINUE));
            flushUnlessReading();
        }
    }

    private void refuseAndClose(Http1Exchange exchange, Http1Breach breach) {
        count(breach.counter());
        exchange.refuse(breach.response());
        answerAndClose(exchange);
    }

    private void refuseBodyAndClose(Http1Exchange exchange) {
        loop.count(Counter.HTTP1_BODY_SIZE);
        exchange.refuseBody();
        answerAndClose(exchange);
    }

    /** Answers the request being received in its turn, reads nothing after it, and closes. */
    private void answerAndClose(Http1Exchange exchange) {
        exchange.forbidKeepAlive();
        takeNoMore();
        receiving = null;
        complete(exchange);
    }

    private void takeNoMore() {
        closing = true;
        decoder.ignoreRest();
    }

    /** Counts what broke the protocol, by its reason and among all of them. */
    private void count(Counter reason) {
        loop.count(reason);
        loop.count(Counter.HTTP_MALFORMED);
    }

    private void onContent(HttpContent content) {
        Http1Exchange exchange = receiving;
        if (exchange == null) {
            return;
        }
        if (content.decoderResult().isFailure()) {
            refuseAndClose(exchange, Http1Rules.bodyBreach(content.decoderResult().cause()));
            return;
        }
        if (!exchange.isRefused() && !exchange.appendBody(content.content())) {
            refuseBodyAndClose(exchange);
            return;
        }
        if (content instanceof LastHttpContent) {
            receiving = null;
            // The next one has its own time, even if it begins in the same read.
            waiting = Waiting.FOR_REQUEST_BEGIN;
            complete(exchange);
        }
    }

    private void complete(Http1Exchange exchange) {
        if (answering == null) {
            answering = exchange;
            exchange.dispatch();
            return;
        }
        if (!backlog.add(exchange)) {
            count(Counter.HTTP1_PIPELINING);
            LOG.debug("{} sends requests without waiting for answers", channel);
            abort();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        writer.flush();
        awaitNext();
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
        Http1Exchange next = backlog.poll();
        if (next != null) {
            complete(next);
        } else if (!reading) {
            awaitNext();
        }
    }

    WebSocketConnection upgrade(Http1Exchange exchange, WebSocketOptions options,
            WebSocketConnection.Listener listener) {
        PermessageDeflate deflate = WebSocketUpgrade.deflate(loop, exchange.head(), options);
        writer.writeAndRelease(encoder().upgrade(exchange, options.subprotocol(), deflate));
        boolean isOutOfTurn = receiving != null || !backlog.isEmpty();
        answering = null;
        loop.cancel(countdown);
        WebSocketHandler handler = new WebSocketHandler(loop, channel, writer, options.maxMessageBytes(),
                deflate, listener);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.replace(this, null, handler);
        // What came behind the handshake already is handed to the new handler, which keeps it until its caller returned.
        pipeline.remove(decoder);
        if (isOutOfTurn) {
            count(Counter.HTTP1_PIPELINING);
            handler.abort();
        }
        flushUnlessReading();
        return handler.machine();
    }

    /** Leaves for another loop in the middle of a request that came alone; io_uring's reads in flight can't be taken along. */
    boolean moveTo(Http1Exchange exchange, EventLoop target, Runnable onMoved) {
        boolean isAlone = exchange == answering && receiving == null && backlog.isEmpty();
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
            } else if (receiving != null || !backlog.isEmpty()) {
                // It didn't wait for the answer that may make it something else than HTTP.
                count(Counter.HTTP1_PIPELINING);
                abort();
            }
            onMoved.run();
        }));
        return true;
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
        boolean isIdle = answering == null && !isReceiving();
        if (event instanceof HttpLoop.Phase && isIdle && !closing && !loop.mayStay(comesRightAgain)) {
            closeGently();
        }
    }

    private void awaitNext() {
        if (closing && answering == null) {
            return;
        }
        if (answering != null) {
            await(Waiting.FOR_US);
        } else {
            // Until the first has come, its time runs from when the connection did.
            boolean isTimed = isReceiving() || waiting == Waiting.FOR_REQUEST_END;
            await(isTimed ? Waiting.FOR_REQUEST_END : Waiting.FOR_REQUEST_BEGIN);
        }
    }

    private boolean isReceiving() {
        return receiving != null || decoder.isMidHead();
    }

    /** Sets the time limit for what comes next; a request's is not renewed by the bytes of it that arrive. */
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
        if (waiting != Waiting.FOR_REQUEST_END || closing || !isReceiving()) {
            abort();
        } else if (receiving != null) {
            refuseAndClose(receiving, Http1Breach.LATE);
        } else {
            // Of a head that isn't whole nothing is known, and nothing of it can be answered but its lateness.
            count(Http1Breach.LATE.counter());
            writer.writeAndRelease(encoder().lastResponse(Http1Breach.LATE.response()));
            closeGently();
        }
    }

    /** Ends the connection after the last answer. */
    private void closeGently() {
        takeNoMore();
        backlog.release();
        writer.flush();
        loop.awaitNextRequest(countdown);
        GentleClose.begin(loop, channel, countdown);
    }

    void abort() {
        takeNoMore();
        channel.close();
    }

    private boolean isSecure() {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        loop.cancel(countdown);
        if (receiving != null) {
            receiving.gone();
            receiving = null;
        }
        backlog.release();
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
