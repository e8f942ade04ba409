package io.tickgate.loadtest.publish;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Publishes by {@code POST /api/publish} over one kept connection, one request under way at a time: what comes due meanwhile
 * goes together in the next one. Owned by the publisher's thread; a body stays under 1 MiB.
 */
public final class HttpFeed implements Feed {
    private static final int MAX_BODY_BYTES = 1_000_000;
    private static final Pattern CONTENT_LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)");
    private static final Pattern FAILED = Pattern.compile("\"index\":");
    private static final byte[] BODY_HEAD = utf8("{\"messages\":[");

    private final BufferedSocket socket;
    private final String requestHead;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final StringBuilder answer = new StringBuilder();
    private int queued;
    private int underWay;
    private long refused;

    /**
     * Connects, blocking.
     *
     * @param base {@code http://host:port} of the gateway
     * @param apiKey for {@code Authorization}, or null
     */
    public HttpFeed(URI base, String apiKey) throws IOException {
        if (!"http".equals(base.getScheme())) {
            throw new IOException("publishing over HTTP needs an http:// address, not " + base + "; else use Redis");
        }
        int port = base.getPort() < 0 ? 80 : base.getPort();
        socket = new BufferedSocket(new InetSocketAddress(base.getHost(), port));
        requestHead = "POST /api/publish HTTP/1.1\r\nHost: " + base.getHost() + ":" + port
                + "\r\nContent-Type: application/json\r\n"
                + (apiKey == null ? "" : "Authorization: Bearer " + apiKey + "\r\n") + "Content-Length: ";
    }

    @Override
    public void publish(byte[] channel, byte[] payload) throws IOException {
        if (body.size() + channel.length + payload.length > MAX_BODY_BYTES) {
            throw new IOException("more came due during one HTTP publish than the next body holds");
        }
        body.writeBytes(queued++ == 0 ? BODY_HEAD : utf8(","));
        body.writeBytes(utf8("{\"channel\":\""));
        body.writeBytes(channel);
        body.writeBytes(utf8("\",\"data\":"));
        body.writeBytes(payload);
        body.write('}');
    }

    @Override
    public void pump() throws IOException {
        ByteBuffer in = socket.in();
        if (in.hasRemaining()) {
            answer.append(StandardCharsets.UTF_8.decode(in));
            onAnswer();
        }
        if (underWay == 0 && queued > 0) {
            body.writeBytes(utf8("]}"));
            byte[] bytes = body.toByteArray();
            byte[] head = utf8(requestHead + bytes.length + "\r\n\r\n");
            socket.out(head.length + bytes.length).put(head).put(bytes);
            body.reset();
            underWay = queued;
            queued = 0;
        }
        socket.flush();
    }

    @Override
    public boolean settled() {
        return queued == 0 && underWay == 0 && socket.allWritten();
    }

    @Override
    public long refused() {
        return refused;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void onAnswer() throws IOException {
        int headEnd = answer.indexOf("\r\n\r\n");
        if (headEnd < 0) {
            return;
        }
        Matcher length = CONTENT_LENGTH.matcher(answer.substring(0, headEnd).toLowerCase(Locale.ROOT));
        if (!length.find()) {
            throw new IOException("an answer to publish has no Content-Length");
        }
        int end = headEnd + 4 + Integer.parseInt(length.group(1));
        if (answer.length() < end) {
            return;
        }
        refused += answer.indexOf("HTTP/1.1 200") == 0
                ? FAILED.matcher(answer.substring(headEnd)).results().count()
                : underWay;
        answer.delete(0, end);
        underWay = 0;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
