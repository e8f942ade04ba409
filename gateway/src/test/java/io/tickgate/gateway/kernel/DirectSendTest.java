package io.tickgate.gateway.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One send: all, a part, or -1. */
class DirectSendTest {
    private ServerSocket server;
    private Socket socket;
    private java.net.Socket peer;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Epoll.isAvailable(), "SKIPPED: no Linux here");
        await("linked").until(DirectSend::isLinked);
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket = Socket.newSocketStream();
        socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
        peer = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            socket.close();
            peer.close();
            server.close();
        }
    }

    private int send(ByteBuf bytes) {
        return DirectSend.send(socket.intValue(), bytes.memoryAddress() + bytes.readerIndex(), bytes.readableBytes());
    }

    private String read(int bytes) throws IOException {
        return new String(peer.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    @Test
    void sendsTheBytesItIsGiven() throws IOException {
        ByteBuf bytes = Unpooled.directBuffer().writeBytes("not this, but this".getBytes(StandardCharsets.US_ASCII));
        try {
            assertThat(send(bytes.readerIndex(10))).isEqualTo(8);
            assertThat(read(8)).isEqualTo("but this");
        } finally {
            bytes.release();
        }
    }

    @Test
    void sendsAPartToASocketThatIsNearlyFullAndNothingToAFullOne() throws IOException {
        ByteBuf much = Unpooled.directBuffer(1 << 20).writeZero(1 << 20);
        try {
            int taken = 0;
            int last = 0;
            int sent;
            while ((sent = send(much)) > 0) {
                taken += sent;
                last = sent;
            }
            assertThat(sent).isEqualTo(-1);
            assertThat(last).isBetween(1, much.readableBytes() - 1);
            assertThat(read(taken)).hasSize(taken);
        } finally {
            much.release();
        }
    }

    @Test
    void sendsNothingToWhoIsGone() throws IOException {
        ByteBuf bytes = Unpooled.directBuffer().writeZero(4);
        try {
            peer.setSoLinger(true, 0);
            peer.close();
            assertThat(send(bytes)).isEqualTo(-1);
        } finally {
            bytes.release();
        }
    }
}
