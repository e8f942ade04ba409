package io.tickgate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.message.ErrorCode;

class PublishAccessTest {
    private final PublishAccess withKey = new PublishAccess("0123456789abcdef", true);

    @ParameterizedTest
    @ValueSource(strings = {"Bearer 0123456789abcdef", "bearer 0123456789abcdef", "BEARER  0123456789abcdef "})
    void admitsWhoHasTheKey(String authorization) {
        assertThat(withKey.refusal(authorization, null)).isNull();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdef0",
            "Basic 0123456789abcdef", "0123456789abcdef", "Bearer 0123456789abcdeg"})
    void refusesWhoHasNot(String authorization) {
        assertThat(withKey.refusal(authorization, null)).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void admitsEverybodyOnLoopbackWithoutAKey() {
        assertThat(new PublishAccess(null, true).refusal(null, null)).isNull();
        assertThat(new PublishAccess(null, false).refusal("Bearer x", null)).isEqualTo(ErrorCode.FORBIDDEN);
    }
}
