package io.tickgate.protocol.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import io.tickgate.protocol.engineio.EngineIoFault;
import io.tickgate.protocol.engineio.EnginePacket.Message;
import io.tickgate.protocol.engineio.EngineProtocol4;
import io.tickgate.protocol.socketio.SocketPacket.Ack;
import io.tickgate.protocol.socketio.SocketPacket.Connect;
import io.tickgate.protocol.socketio.SocketPacket.ConnectError;
import io.tickgate.protocol.socketio.SocketPacket.Disconnect;

class SocketPacketEncoderTest {
    private static final EngineProtocol4 ENGINE = new EngineProtocol4(1_000, 1);

    private final SocketPacketDecoder decoder = new SocketPacketDecoder(new SocketPacketLimits(2, 64, 8, 8));

    @Test
    void admitsAClient() throws Exception {
        assertThat(text(SocketPacketEncoder.connect("/", "wZX3oN0bSVIhsaknAAAI")))
                .isEqualTo("40{\"sid\":\"wZX3oN0bSVIhsaknAAAI\"}");
        byte[] admin = SocketPacketEncoder.connect("/admin", "oSO0OpakMV_3jnilAAAA");
        assertThat(text(admin)).isEqualTo("40/admin,{\"sid\":\"oSO0OpakMV_3jnilAAAA\"}");
        assertThat(decode(admin)).isInstanceOf(Connect.class).returns("/admin", SocketPacket::namespace);
    }

    @Test
    void tellsAClientByWhatItCanComeBack() throws Exception {
        byte[] packet = SocketPacketEncoder.connect("/admin", "oSO0OpakMV_3jnilAAAA", "wZX3oN0bSVIhsakn");
        assertThat(text(packet)).isEqualTo("40/admin,{\"sid\":\"oSO0OpakMV_3jnilAAAA\",\"pid\":\"wZX3oN0bSVIhsakn\"}");
        assertThat(decode(packet)).isInstanceOf(Connect.class);
    }

    @Test
    void refusesAClientWithAMessageAndData() throws Exception {
        assertThat(text(SocketPacketEncoder.connectError("/", "Not authorized", null)))
                .isEqualTo("44{\"message\":\"Not authorized\"}");
        byte[] refusal = SocketPacketEncoder.connectError("/admin", "a \"b\"\n€",
                "{\"code\":\"unauthorized\"}".getBytes(UTF_8));
        assertThat(text(refusal))
                .isEqualTo("44/admin,{\"message\":\"a \\\"b\\\"\\n€\",\"data\":{\"code\":\"unauthorized\"}}");
        assertThat(decode(refusal)).isInstanceOf(ConnectError.class);
    }

    @Test
    void sendsAClientAway() throws Exception {
        assertThat(text(SocketPacketEncoder.disconnect("/"))).isEqualTo("41");
        assertThat(text(SocketPacketEncoder.disconnect("/admin"))).isEqualTo("41/admin,");
        assertThat(decode(SocketPacketEncoder.disconnect("/admin"))).isEqualTo(new Disconnect("/admin"));
    }

    @Test
    void acknowledgesWithAnyNumberOfArguments() throws Exception {
        byte[] ok = "{\"ok\":true}".getBytes(UTF_8);
        assertThat(text(SocketPacketEncoder.ack("/", 12))).isEqualTo("4312[]");
        assertThat(text(SocketPacketEncoder.ack("/", 0, ok))).isEqualTo("430[{\"ok\":true}]");
        byte[] two = SocketPacketEncoder.ack("/admin", 13, ok, "\"€\"".getBytes(UTF_8));
        assertThat(text(two)).isEqualTo("43/admin,13[{\"ok\":true},\"€\"]");
        Ack ack = (Ack) decode(two);
        assertThat(ack.ackId()).isEqualTo(13);
        assertThat(ack.arguments()).extracting(JsonText::text).containsExactly("{\"ok\":true}", "\"€\"");
    }

    @Test
    void sendsEventsThatMayAskForAnAcknowledgement() throws Exception {
        byte[] plain = SocketPacketEncoder.event("/", SocketPacket.NO_ACK_ID, 0, "a \"b\"", List.of());
        assertThat(text(plain)).isEqualTo("42[\"a \\\"b\\\"\"]");
        byte[] asking = SocketPacketEncoder.event("/admin", 7, 0, "project:delete", List.of("123".getBytes(UTF_8)));
        assertThat(text(asking)).isEqualTo("42/admin,7[\"project:delete\",123]");
        assertThat((SocketPacket.Event) decode(asking)).returns(7L, SocketPacket.Event::ackId)
                .returns("project:delete", SocketPacket.Event::name);
    }

    @Test
    void announcesAttachments() throws Exception {
        byte[] placeholder = "{\"_placeholder\":true,\"num\":0}".getBytes(UTF_8);
        byte[] event = SocketPacketEncoder.event("/admin", 456, 1, "project:delete", List.of(placeholder));
        assertThat(text(event))
                .isEqualTo("451-/admin,456[\"project:delete\",{\"_placeholder\":true,\"num\":0}]");
        assertThat(((SocketPacket.Event) decode(event)).attachments()).isEqualTo(1);
        byte[] ack = SocketPacketEncoder.ack("/", 15, 1, List.of(placeholder));
        assertThat(text(ack)).isEqualTo("461-15[{\"_placeholder\":true,\"num\":0}]");
        assertThat(((Ack) decode(ack)).attachments()).isEqualTo(1);
    }

    @Test
    void demandsANamespaceAndAnIdThatCanBeWritten() {
        assertThatThrownBy(() -> SocketPacketEncoder.disconnect("admin")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SocketPacketEncoder.disconnect("/a,b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SocketPacketEncoder.ack("/", SocketPacket.NO_ACK_ID))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private SocketPacket decode(byte[] packetText) throws EngineIoFault, SocketIoFault {
        return decoder.decode(((Message) ENGINE.decodeText(Unpooled.wrappedBuffer(packetText))).text());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
