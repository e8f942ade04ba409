package io.tickgate.protocol.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import io.tickgate.protocol.engineio.EnginePacket.Open;

class HandshakeTest {
    private static final String SID = "lv_VI97HAXpY6yYWAAAC";

    @Test
    void writesTheOpenPacketOfTheProtocolDocument() throws EngineIoFault {
        byte[] text = new Handshake(SID, List.of("websocket"), 25_000, 20_000, 1_000_000).toPacketText();
        assertThat(new String(text, UTF_8)).isEqualTo("0{\"sid\":\"lv_VI97HAXpY6yYWAAAC\",\"upgrades\":[\"websocket\"],"
                + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}");
        assertThat(new EngineProtocol4(1_000, 1).decodeText(Unpooled.wrappedBuffer(text))).isInstanceOf(Open.class);
    }

    @Test
    void listsNoneOrSeveralUpgrades() {
        assertThat(upgrades(List.of())).contains("\"upgrades\":[],");
        assertThat(upgrades(List.of("websocket", "webtransport")))
                .contains("\"upgrades\":[\"websocket\",\"webtransport\"],");
    }

    @Test
    void refusesWhatWouldNeedQuoting() {
        assertThatThrownBy(() -> new Handshake("a\"b", List.of(), 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Handshake("", List.of(), 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Handshake(SID, List.of("\\"), 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void demandsPositiveTimesAndSizes() {
        assertThatThrownBy(() -> new Handshake(SID, List.of(), 0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Handshake(SID, List.of(), 1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Handshake(SID, List.of(), 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String upgrades(List<String> upgrades) {
        return new String(new Handshake(SID, upgrades, 25_000, 20_000, 65_536).toPacketText(), UTF_8);
    }
}
