package io.tickgate.protocol.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.socketio.SocketPacket.Connect;

class SocketProtocol4Test {
    private static final SocketPacketLimits LIMITS = new SocketPacketLimits(2, 64, 8, 8);

    private final SocketProtocol4 protocol = new SocketProtocol4(LIMITS);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            0/desk?token=abc,              | /desk | {"token":"abc"}
            0/desk?token=abc               | /desk | {"token":"abc"}
            0/desk?token=a%22b%C3%A9&m=1,  | /desk | {"token":"a\\"bé","m":"1"}
            0/desk?a=1&a=2&b               | /desk | {"a":"2","b":""}
            0/desk?,                       | /desk | {}
            0/desk?=x                      | /desk | {}
            """)
    void readsWhoAClientIsFromTheQuery(String packet, String namespace, String auth) throws SocketIoFault {
        Connect connect = (Connect) decode(packet);
        assertThat(connect.namespace()).isEqualTo(namespace);
        assertThat(connect.data().text()).isEqualTo(auth);
    }

    @Test
    void readsEverythingElseLikeProtocol5() throws SocketIoFault {
        SocketProtocol5 other = new SocketProtocol5(LIMITS);
        for (String packet : new String[]{"0/desk,", "0/desk", "1/desk,"}) {
            assertThat(decode(packet)).isEqualTo(other.decode(Unpooled.copiedBuffer(packet, UTF_8)));
        }
        assertThat(decode("2/desk,1[\"a\",{}]")).isInstanceOf(SocketPacket.Event.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0/desk?a=%", "0/desk?%zz=1"})
    void refusesQueriesThatAreNone(String packet) {
        assertThat(catchThrowable(() -> decode(packet))).isSameAs(SocketIoFault.BAD_DATA);
    }

    @Test
    void tellsClientsNeitherIdsNorObjects() {
        assertThat(text(protocol.connect("/", "sid", null))).isEqualTo("40");
        assertThat(text(protocol.connect("/desk", "sid", null))).isEqualTo("40/desk,");
        assertThat(text(protocol.connectError("/desk", "Invalid namespace", "{}".getBytes(UTF_8))))
                .isEqualTo("44/desk,\"Invalid namespace\"");
        assertThat(protocol.recovers()).isFalse();
        assertThat(protocol.joinsMainNamespace()).isTrue();
    }

    private SocketPacket decode(String packet) throws SocketIoFault {
        return protocol.decode(Unpooled.copiedBuffer(packet, UTF_8));
    }

    private static String text(byte[] packet) {
        return new String(packet, UTF_8);
    }
}
