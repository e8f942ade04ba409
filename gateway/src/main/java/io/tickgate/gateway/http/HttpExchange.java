package io.tickgate.gateway.http;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.compress.AcceptEncoding;
import io.tickgate.protocol.compress.Coding;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ErrorCode;

/**
 * What the exchanges of both HTTP versions share: routing, the collected body, and the rule that there's one answer. Owned by
 * the connection's loop; the body is bounded by its endpoint's limit.
 */
abstract sealed class HttpExchange implements Exchange permits Http1Exchange, Http2Exchange {
    private static final Response FAILED = Response.error(500, Disconnect.INTERNAL.word(),
            "the gateway failed to answer this request");
    private static final Response BODY_TOO_LARGE = Response.error(413, ErrorCode.LIMIT,
            "the request body is larger than this path takes");

    private final Channel channel;
    private final RequestHead head;
    private HttpLoop loop;
    private List<String> fixedHeaders = List.of();
    private Endpoint endpoint;
    private Response refusal;
    private ByteBuf body;
    private Runnable onAbort;
    private boolean answered;
    private boolean gone;

    HttpExchange(HttpLoop loop, Channel channel, RequestHead head) {
        this.loop = loop;
        this.channel = channel;
        this.head = head;
        loop.count(Counter.HTTP_REQUESTS);
    }

    // What differs by version.

    abstract void send(Response response);

    abstract ResponseStream sendStream(Response head, ResponseStream.Listener listener);

    /** The refusal of a request that asks for WebSocket wrongly, else null. */
    abstract Response handshakeProblem();

    abstract WebSocketConnection sendUpgrade(WebSocketOptions options, WebSocketConnection.Listener listener);

    /** Drops the connection or stream after a failure that can't be told to the client any more. */
    abstract void abandon();

    // The way in: head, body, dispatch.

    final void route() {
        fixedHeaders = loop.router().headersFor(head);
        switch (loop.router().decide(head)) {
            case Router.Decision.Serve serve -> {
                endpoint = serve.endpoint();
                Response problem = isWebSocketUpgrade() ? handshakeProblem() : null;
                if (problem != null) {
                    loop.count(Counter.HTTP_MALFORMED);
                    refuse(problem);
                }
            }
            case Router.Decision.Answer answer -> refuse(answer.response());
        }
    }

    /** Sets the answer that is given instead of the endpoint's. */
    final void refuse(Response response) {
        refusal = response;
        releaseBody();
    }

    final void refuseBody() {
        refuse(BODY_TOO_LARGE);
    }

    final boolean isRefused() {
        return refusal != null;
    }

    final boolean takesBody(long bytes) {
        return endpoint != null && bytes <= endpoint.maxBodyBytes();
    }

    /** Adds to the body, copying; false if that is more than the endpoint takes. */
    final boolean appendBody(ByteBuf part) {
        if (!takesBody((long) bodyBytes() + part.readableBytes())) {
            return false;
        }
        if (part.isReadable()) {
            if (body == null) {
                body = channel.alloc().buffer(part.readableBytes(), endpoint.maxBodyBytes());
            }
            body.writeBytes(part);
        }
        return true;
    }

    final int bodyBytes() {
        return body == null ? 0 : body.readableBytes();
    }

    /** Has the request answered, by the endpoint or by the refusal. */
    final void dispatch() {
        if (refusal != null) {
            respond(refusal);
            return;
        }
        try {
            endpoint.handle(this);
        } catch (RuntimeException | Error e) {
            loop.failed(head.sentMethod() + " " + head.path(), e);
            if (answered) {
                abandon();
            } else {
                respond(FAILED);
            }
        }
    }

    /** The client went away. */
    final void gone() {
        if (gone) {
            return;
        }
        gone = true;
        releaseBody();
        Runnable told = onAbort;
        onAbort = null;
        if (!answered && told != null) {
            told.run();
        }
    }

    // The way out.

    @Override
    public final void respond(Response response) {
        if (answer()) {
            if (response.status() >= 400 && response.status() < 500) {
                loop.count(Counter.HTTP_REFUSED);
            }
            send(coded(response));
        }
    }

    private Response coded(Response response) {
        Coding coding = response.isCompressible() ? chooseCoding(response.codings()) : Coding.IDENTITY;
        return coding == Coding.IDENTITY ? response : response.in(coding, loop.encoder());
    }

    @Override
    public final Coding chooseCoding(List<Coding> offered) {
        if (!loop.settings().compression()) {
            return Coding.IDENTITY;
        }
        varyByAcceptEncoding();
        String accepted = String.join(",", head.headers("accept-encoding"));
        return accepted.isEmpty()
                ? Coding.IDENTITY
                : AcceptEncoding.choose(accepted, CodingLibraries.loaded(offered));
    }

    /** In the one Vary header that an answer may have already. */
    private void varyByAcceptEncoding() {
        List<String> headers = new ArrayList<>(fixedHeaders);
        int vary = headers.indexOf("vary");
        if (vary < 0) {
            headers.add("vary");
            headers.add("accept-encoding");
        } else {
            headers.set(vary + 1, headers.get(vary + 1) + ", accept-encoding");
        }
        fixedHeaders = headers;
    }

    @Override
    public final ResponseStream openStream(Response responseHead, ResponseStream.Listener listener) {
        return answer() ? sendStream(responseHead, listener) : new GoneConnection(loop(), listener::onClosed);
    }

    @Override
    public final WebSocketConnection upgradeToWebSocket(WebSocketOptions options,
            WebSocketConnection.Listener listener) {
        if (!isWebSocketUpgrade()) {
            throw new IllegalStateException("not a WebSocket opening handshake");
        }
        return answer() ? sendUpgrade(options, listener) : new GoneConnection(loop(), listener::onClosed);
    }

    /** Notes that the answer is given now; false if nobody is there to get it. */
    private boolean answer() {
        assert loop.loop().inEventLoop();
        if (answered) {
            throw new IllegalStateException("the exchange was answered before");
        }
        answered = true;
        onAbort = null;
        releaseBody();
        return !gone;
    }

    final boolean isAnswered() {
        return answered;
    }

    /** The connection is owned by another loop from now on. */
    final void movedTo(HttpLoop target) {
        loop = target;
    }

    private void releaseBody() {
        if (body != null) {
            body.release();
            body = null;
        }
    }

    final HttpLoop httpLoop() {
        return loop;
    }

    final RequestHead head() {
        return head;
    }

    /** Headers every answer has, names and values in turn. */
    final List<String> fixedHeaders() {
        return fixedHeaders;
    }

    @Override
    public final EventLoop loop() {
        return loop.loop();
    }

    @Override
    public final Request request() {
        return head;
    }

    @Override
    public final void onAbort(Runnable listener) {
        onAbort = listener;
    }

    @Override
    public final ByteBuf body() {
        return body == null ? Unpooled.EMPTY_BUFFER : body;
    }
}
