package io.tickgate.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketHandshakeTest {
    private static final List<String> SPOKEN = List.of("tickgate.v1.json", "tickgate.v2");

    @Test
    void acceptsTheKeyOfRfc6455() {
        assertThat(WebSocketHandshake.isValidKey("dGhlIHNhbXBsZSBub25jZQ==")).isTrue();
        assertThat(WebSocketHandshake.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===",
            "dGhlIHNhbXBsZSBub25jZTE=", "dGhlIHNhbXBsZSBub25j ==", "dGhlIHNhbXBsZSBub25j\u00fc==",
            "dGhlIHNhbXBsZSBub25j-_=="})
    void refusesWhatIsNoKey(String key) {
        assertThat(WebSocketHandshake.isValidKey(key)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"tickgate.v1.json,tickgate.v1.json",
            "'other, tickgate.v1.json',tickgate.v1.json",
            "'tickgate.v2,tickgate.v1.json',tickgate.v2", "other,-", "TICKGATE.V1.JSON,-", "-,-", "'',-", "',,',-"})
    void choosesTheClientsFirstSubprotocolThatIsSpoken(String offered, String chosen) {
        assertThat(WebSocketHandshake.chooseSubprotocol(offered, SPOKEN)).isEqualTo(chosen);
    }
}
