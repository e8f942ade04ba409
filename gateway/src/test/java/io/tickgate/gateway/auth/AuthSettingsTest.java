package io.tickgate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;

class AuthSettingsTest {

    @Test
    void refusesShortSecretsWithoutShowingThem() {
        assertThatThrownBy(() -> settings("hunter2", null, null)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jwtSecret is a text of 7 bytes, allowed is at least 32 bytes");
        assertThatThrownBy(() -> settings(null, "hunter2", null)).hasMessageContaining("apiKey")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void refusesWhatIsNoCookiesName() {
        assertThatThrownBy(() -> settings(null, null, "a;b")).hasMessageContaining("tokenCookie is a;b");
        assertThat(settings(null, null, "__Host-token").tokenCookie()).isEqualTo("__Host-token");
    }

    @Test
    void refusesWhatIsNoPattern() {
        assertThatThrownBy(() -> new AuthSettings(null, null, null, null, List.of("bench[1]"), true))
                .hasMessageContaining("public is bench[1], allowed is");
    }

    @Test
    void keepsSecretsOutOfItsText() {
        var settings = settings("0123456789abcdef0123456789abcdef", "fedcba9876543210", null);
        assertThat(settings.toString()).doesNotContain("0123456789abcdef").doesNotContain("fedcba9876543210");
    }

    @Test
    void givesDevelopmentKeysOnlyWhereNoneIsConfigured() {
        var given = settings("0123456789abcdef0123456789abcdef", "fedcba9876543210", null);
        assertThat(given.withDevelopmentKeys("x".repeat(32), "y".repeat(32))).isEqualTo(given);
        var bare = settings(null, null, null).withDevelopmentKeys("x".repeat(32), "y".repeat(32));
        assertThat(bare.jwtSecret()).isEqualTo("x".repeat(32));
        assertThat(bare.apiKey()).isEqualTo("y".repeat(32));
    }

    private static AuthSettings settings(String secret, String apiKey, String cookie) {
        return new AuthSettings(secret, null, cookie, apiKey, List.of(), true);
    }
}
