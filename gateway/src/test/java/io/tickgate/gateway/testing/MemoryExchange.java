package io.tickgate.gateway.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;

import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.http.ResponseStream;
import io.tickgate.gateway.http.WebSocketConnection;
import io.tickgate.gateway.http.WebSocketOptions;
import io.tickgate.protocol.compress.AcceptEncoding;
import io.tickgate.protocol.compress.Coding;

/** A request that is made and answered in memory, without a connection: what an endpoint does by itself. */
public class MemoryExchange implements Exchange, Request {
    private final EventLoop loop;
    private final String path;
    private final Map<String, String> query = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private String pathRest = "";
    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private Response response;
    private MemoryStream stream;
    private Runnable onAbort = () -> {};
    private boolean gone;

    /** @param target path and query, not encoded */
    public MemoryExchange(EventLoop loop, String target) {
        this.loop = loop;
        int question = target.indexOf('?');
        path = question < 0 ? target : target.substring(0, question);
        if (question >= 0) {
            for (String pair : target.substring(question + 1).split("&")) {
                query.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
    }

    /** Sets what the router would: what follows the endpoint's prefix. */
    public MemoryExchange behind(String prefix) {
        pathRest = path.substring(prefix.length());
        return this;
    }

    public MemoryExchange header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public MemoryExchange body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    public MemoryExchange body(byte[] bytes) {
        body = Unpooled.wrappedBuffer(bytes);
        return this;
    }

    public MemoryExchange handledBy(Endpoint endpoint) {
        endpoint.handle(this);
        return this;
    }

    public boolean isAnswered() {
        return response != null;
    }

    public int status() {
        return response.status();
    }

    /** The client goes away before it is answered. */
    public void abort() {
        gone = true;
        onAbort.run();
    }

    /** The answer's body. */
    public String answer() {
        return new String(answerBytes(), StandardCharsets.UTF_8);
    }

    public byte[] answerBytes() {
        return response.body();
    }

    /** A header of the answer, or null. */
    public String answerHeader(String name) {
        List<String> all = response.headers();
        int at = all.indexOf(name);
        return at < 0 ? null : all.get(at + 1);
    }

    public MemoryStream stream() {
        return stream;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public Request request() {
        return this;
    }

    @Override
    public Coding chooseCoding(List<Coding> offered) {
        return AcceptEncoding.choose(header("accept-encoding"), offered);
    }

    @Override
    public void respond(Response given) {
        if (response != null) {
            throw new IllegalStateException("answered twice");
        }
        if (!gone) {
            response = given;
        }
    }

    @Override
    public ResponseStream openStream(Response head, ResponseStream.Listener listener) {
        respond(head);
        stream = new MemoryStream(listener);
        return stream;
    }

    @Override
    public boolean isWebSocketUpgrade() {
        return false;
    }

    @Override
    public WebSocketConnection upgradeToWebSocket(WebSocketOptions options, WebSocketConnection.Listener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean moveTo(EventLoop target, Runnable onMoved) {
        return false;
    }

    @Override
    public void onAbort(Runnable listener) {
        onAbort = listener;
    }

    @Override
    public ByteBuf body() {
        return body;
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String pathRest() {
        return pathRest;
    }

    @Override
    public String query(String name) {
        return query.get(name);
    }

    @Override
    public List<String> queryAll(String name) {
        return query.containsKey(name) ? List.of(query.get(name)) : List.of();
    }

    @Override
    public String header(String name) {
        return headers.get(name);
    }

    @Override
    public List<String> headers(String name) {
        return headers.containsKey(name) ? List.of(headers.get(name)) : List.of();
    }

    @Override
    public String cookie(String name) {
        String cookies = headers.getOrDefault("cookie", "");
        return cookies.startsWith(name + "=") ? cookies.substring(name.length() + 1) : null;
    }

    @Override
    public String protocol() {
        return "HTTP/2";
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public String remoteAddress() {
        return "127.0.0.1";
    }

    /** A body that goes on, and how it ended. */
    public static final class MemoryStream implements ResponseStream {
        private final ResponseStream.Listener listener;
        private final List<String> written = new ArrayList<>();
        private final List<String> unread = new ArrayList<>();
        private boolean stalled;
        private boolean closed;
        private boolean aborted;

        private MemoryStream(ResponseStream.Listener listener) {
            this.listener = listener;
        }

        /** What came since the last call. */
        public String take() {
            String taken = String.join("", written);
            written.clear();
            return taken;
        }

        /** The client reads no more. */
        public void stall() {
            stalled = true;
        }

        /** The client reads what it has not read, and goes on. */
        public void read() {
            stalled = false;
            written.addAll(unread);
            unread.clear();
            listener.onDrained();
        }

        public void leave() {
            listener.onClosed();
        }

        public boolean isClosed() {
            return closed;
        }

        public boolean isAborted() {
            return aborted;
        }

        @Override
        public void write(ByteBuf shared) {
            if (stalled) {
                unread.add(shared.toString(StandardCharsets.UTF_8));
            } else if (!closed && !aborted) {
                written.add(shared.toString(StandardCharsets.UTF_8));
            }
        }

        @Override
        public void writeAndRelease(ByteBuf own) {
            write(own);
            own.release();
        }

        @Override
        public void flush() {}

        @Override
        public long pendingBytes() {
            return unread.stream().mapToLong(String::length).sum();
        }

        @Override
        public boolean isChunked() {
            return false;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void abort() {
            aborted = true;
        }
    }
}
