package io.tickgate.protocol.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class AttachmentsTest {
    private static final int MAX_BYTES = 8;

    private final SocketPacketDecoder decoder = new SocketPacketDecoder(new SocketPacketLimits(2, 64, 8, 8));
    private final Attachments attachments = new Attachments(MAX_BYTES);

    @Test
    void collectsThemAllInTheOrderInWhichTheyCame() throws SocketIoFault {
        SocketPacket.WithArguments packet = twoAttachments();
        attachments.await(packet);
        assertThat(attachments.areDue()).isTrue();
        assertThat(attachments.add(bytes(3))).isNull();
        assertThat(attachments.add(bytes(5))).isSameAs(packet);

        assertThat(attachments.areDue()).isFalse();
        assertThat(attachments.take()).extracting(part -> part.length).containsExactly(3, 5);
    }

    @Test
    void countsTheBytesOfEachPacketAnew() throws SocketIoFault {
        for (int i = 0; i < 3; i++) {
            attachments.await(twoAttachments());
            attachments.add(bytes(4));
            attachments.add(bytes(4));
            assertThat(attachments.take()).hasSize(2);
        }
    }

    @Test
    void refusesMoreBytesThanTheLimitInAll() throws SocketIoFault {
        attachments.await(twoAttachments());
        attachments.add(bytes(MAX_BYTES));
        Throwable thrown = catchThrowable(() -> attachments.add(bytes(1)));
        assertThat(thrown).isSameAs(SocketIoFault.ATTACHMENTS_TOO_LARGE);
        assertThat(((SocketIoFault) thrown).isAboutAttachments()).isTrue();
    }

    @Test
    void refusesWhatNobodyAnnounced() {
        Throwable thrown = catchThrowable(() -> attachments.add(bytes(1)));
        assertThat(thrown).isSameAs(SocketIoFault.UNEXPECTED_ATTACHMENT);
        assertThat(((SocketIoFault) thrown).isAboutAttachments()).isFalse();
    }

    private SocketPacket.WithArguments twoAttachments() throws SocketIoFault {
        return (SocketPacket.WithArguments) decoder.decode(Unpooled.copiedBuffer(
                "52-[\"a\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]", UTF_8));
    }

    private static ByteBuf bytes(int count) {
        return Unpooled.wrappedBuffer(new byte[count]);
    }
}
