package io.tickgate.gateway.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import io.netty.channel.uring.IoUring;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many sockets' sends in one system call: each gets its own bytes and result, whatever becomes of the others. */
class SendRingTest {
    private final List<Peer> peers = new ArrayList<>();
    private final List<ByteBuf> buffers = new ArrayList<>();
    private ServerSocket server;
    private SendRing ring;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(IoUring.isAvailable() && Epoll.isAvailable(), "SKIPPED: no io_uring here");
        server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        ring = new SendRing();
    }

    @AfterEach
    void close() throws IOException {
        if (ring != null) {
            ring.close();
            for (Peer peer : peers) {
                peer.socket.close();
                peer.accepted.close();
            }
            server.close();
        }
        for (ByteBuf buffer : buffers) {
            assertThat(buffer.refCnt()).as("references to what was given").isEqualTo(1);
            buffer.release();
        }
    }

    /** One connection, and what its sends were said to have come to. */
    private final class Peer implements SendRing.Sender {
        private final Socket socket = Socket.newSocketStream();
        private final java.net.Socket accepted;
        private final List<Integer> told = new ArrayList<>();
        private Runnable onTold = () -> {};
        private int place;

        Peer() throws IOException {
            socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
            accepted = server.accept();
            peers.add(this);
        }

        void add(ByteBuf bytes) {
            place = ring.add(this, socket.intValue(), bytes);
        }

        String read(int bytes) throws IOException {
            return new String(accepted.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
        }

        @Override
        public boolean isOpen() {
            return socket.isOpen();
        }

        @Override
        public void sent(ByteBuf bytes, int sent) {
            told.add(sent);
            onTold.run();
        }
    }

    private ByteBuf bytes(String text) {
        ByteBuf buffer = Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        buffers.add(buffer);
        return buffer;
    }

    @Test
    void everyoneGetsItsBytesThoughTheyAreMoreThanTheRingHolds() throws IOException {
        ByteBuf shared = bytes("shared");
        for (int i = 0; i < 1_100; i++) {
            Peer peer = new Peer();
            peer.add(i % 100 == 0 ? bytes("own" + i % 1_000 / 100) : shared);
        }
        ring.finish(peers.getLast().place);
        for (int i = 0; i < peers.size(); i++) {
            String expected = i % 100 == 0 ? "own" + i % 1_000 / 100 : "shared";
            assertThat(peers.get(i).told).containsExactly(expected.length());
            assertThat(peers.get(i).read(expected.length())).isEqualTo(expected);
        }
    }

    @Test
    void aRingIsUsedOverAndOver() throws IOException {
        Peer first = new Peer();
        Peer second = new Peer();
        for (int i = 1_000; i < 4_000; i++) {
            ByteBuf bytes = Unpooled.directBuffer(4)
                    .writeBytes(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
            first.add(bytes);
            second.add(bytes);
            ring.finish(first.place);
            bytes.release();
            assertThat(first.read(4)).isEqualTo(Integer.toString(i));
            assertThat(second.read(4)).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void onlyWhatBelongsToAReaderIndexIsSent() throws IOException {
        Peer peer = new Peer();
        peer.add(bytes("not this").readerIndex(4));
        ring.finish(peer.place);
        assertThat(peer.told).containsExactly(4);
        assertThat(peer.read(4)).isEqualTo("this");
    }

    @Test
    void aFullSocketTakesAPartOrNothingAndHoldsUpNobody() throws IOException {
        Peer slow = new Peer();
        Peer other = new Peer();
        ByteBuf much = bytes("x".repeat(1 << 20));
        int sends = 0;
        do {
            slow.add(much);
            other.add(bytes("fast"));
            ring.finish(slow.place);
            assertThat(other.read(4)).isEqualTo("fast");
        } while (slow.told.getLast() > 0 && ++sends < 1_000);
        assertThat(slow.told).endsWith(0);
        assertThat(slow.told.get(slow.told.size() - 2)).isLessThan(much.readableBytes());
        int taken = slow.told.stream().mapToInt(Integer::intValue).sum();
        assertThat(slow.read(taken)).hasSize(taken).containsOnlyOnce("x".repeat(taken));
    }

    @Test
    void aLostConnectionIsToldByAnErrorAndLosesNobodyElse() throws IOException {
        Peer lost = new Peer();
        Peer other = new Peer();
        lost.accepted.setSoLinger(true, 0);
        lost.accepted.close();
        lost.add(bytes("gone"));
        other.add(bytes("here"));
        ring.finish(other.place);
        assertThat(lost.told.getFirst()).isNegative();
        assertThat(other.read(4)).isEqualTo("here");
    }

    @Test
    void whoClosedItsSocketMeanwhileWritesIntoNobodyElses() throws IOException {
        Peer closed = new Peer();
        int descriptor = closed.socket.intValue();
        closed.add(bytes("secret"));
        closed.socket.close();
        Peer next = new Peer();
        assertThat(next.socket.intValue()).as("the next socket takes over the descriptor").isEqualTo(descriptor);
        next.add(bytes("public"));
        ring.finish(next.place);
        assertThat(closed.told).containsExactly(0);
        assertThat(next.read(6)).isEqualTo("public");
        next.add(bytes("again!"));
        ring.finish(next.place);
        assertThat(next.read(6)).isEqualTo("again!");
    }

    @Test
    void whoAsksWhileOthersAreToldLearnsOfItsOwnFirstAndCanAddNothing() throws IOException {
        Peer first = new Peer();
        Peer second = new Peer();
        ByteBuf bytes = bytes("once");
        first.onTold = () -> {
            ring.finish(second.place);
            assertThat(second.told).containsExactly(4);
            assertThat(ring.add(first, first.socket.intValue(), bytes)).isEqualTo(-1);
        };
        first.add(bytes);
        second.add(bytes);
        ring.finish(first.place);
        assertThat(first.told).containsExactly(4);
        assertThat(second.told).containsExactly(4);
    }
}
