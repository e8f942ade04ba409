package io.tickgate.gateway.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A blocking socket that sends whatever a test wants, right or wrong. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 15_000;

    private final Socket socket;
    private final InputStream in;

    RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBufferBytes 0 for the system's preset */
    RawClient(int port, int receiveBufferBytes) throws IOException {
        socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        in = socket.getInputStream();
    }

    Socket socket() {
        return socket;
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void sendHex(String hex) throws IOException {
        send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("closed after " + bytes.length + " of " + count + " bytes: "
                    + new String(bytes, StandardCharsets.ISO_8859_1));
        }
        return bytes;
    }

    String readHex(int count) throws IOException {
        return HexFormat.of().formatHex(read(count));
    }

    String readUntil(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("closed after: " + text);
            }
            text.append((char) octet);
        }
        return text.toString();
    }

    /** Reads a response with Content-Length, or without body. */
    String readResponse() throws IOException {
        String head = readUntil("\r\n\r\n");
        int length = 0;
        for (String line : head.split("\r\n")) {
            if (line.startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring("content-length: ".length()));
            }
        }
        return head + new String(read(length), StandardCharsets.ISO_8859_1);
    }

    /** All that comes until the server closes; fails on a reset. */
    String readToEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        in.transferTo(all);
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Goes away in the middle of a test. */
    void leave() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        leave();
    }
}
