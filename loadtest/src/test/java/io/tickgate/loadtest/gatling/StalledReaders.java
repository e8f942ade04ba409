package io.tickgate.loadtest.gatling;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.tickgate.loadtest.wire.WebSocketFrames;

/** WebSocket connections that subscribe and then read nothing, which no simulated user of Gatling can. Plain HTTP only. */
final class StalledReaders implements AutoCloseable {
    private static final int RECEIVE_BUFFER_BYTES = 4_096;
    private static final int PATIENCE_MS = 15_000;
    private static final int MAX_HEAD_BYTES = 4_096;

    private final List<Socket> sockets = new ArrayList<>();

    private StalledReaders() {}

    static StalledReaders connect(URI target, int count, List<String> channels) throws IOException {
        StalledReaders all = new StalledReaders();
        byte[] subscribe = WebSocketFrames.fromClient(WebSocketFrames.TEXT,
                ("{\"op\":\"subscribe\",\"channels\":[\"" + String.join("\",\"", channels) + "\"]}")
                        .getBytes(StandardCharsets.US_ASCII));
        try {
            for (int i = 0; i < count; i++) {
                all.sockets.add(connect(target, subscribe));
            }
        } catch (IOException e) {
            all.close();
            throw e;
        }
        return all;
    }

    private static Socket connect(URI target, byte[] subscribe) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(new InetSocketAddress(target.getHost(), target.getPort()), PATIENCE_MS);
        socket.getOutputStream().write(("GET /ws HTTP/1.1\r\nHost: " + target.getAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        String head = readHead(socket.getInputStream());
        if (!head.startsWith("HTTP/1.1 101")) {
            socket.close();
            throw new IOException("no WebSocket: " + head);
        }
        socket.getOutputStream().write(subscribe);
        return socket;
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0 || head.length() == MAX_HEAD_BYTES) {
                throw new IOException("no HTTP response: " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    @Override
    public void close() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException _) {
                // It is gone already.
            }
        }
    }
}
