package io.tickgate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

class TokenMintTest {
    private final TokenMint mint = new TokenMint("0123456789abcdef0123456789abcdef");

    @Test
    void mintsNothingThatTheGatewayWouldRefuse() {
        refuses("", List.of(), Duration.ofHours(1), "sub is ''");
        refuses("a b", List.of(), Duration.ofHours(1), "sub is 'a b'");
        refuses("42", List.of("log:[a]"), Duration.ofHours(1), "channels is [log:[a]]");
        refuses("42", List.of(), Duration.ZERO, "ttl is PT0S");
        refuses("42", List.of(), Duration.ofDays(1_000), "allowed is 1s to 366d");
    }

    @Test
    void refusesAShortSecret() {
        assertThatThrownBy(() -> new TokenMint("short")).hasMessageContaining("at least 32 bytes");
    }

    private void refuses(String user, List<String> channels, Duration ttl, String message) {
        assertThatThrownBy(() -> mint.mint(user, channels, ttl, Instant.EPOCH))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
