package io.tickgate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.KindSettings;
import io.tickgate.gateway.model.Kinds;
import io.tickgate.protocol.message.ErrorCode;

class KindAccessPolicyTest {
    private static final Principal USER = new Principal("42", List.of(), 0);

    private final KindAccessPolicy preset = policy();

    @ParameterizedTest
    @CsvSource({"price:BTC-USD, , ", "price:BTC-USD, 42, ", "order:42, 42, ", "user:42, 42, ",
            "order:42, , UNAUTHORIZED", "order:42, 7, FORBIDDEN", "user:42, 4, FORBIDDEN", "user:42, , UNAUTHORIZED",
            "order:42:x, 42, FORBIDDEN", "log:bots, , UNAUTHORIZED", "log:bots, 42, FORBIDDEN"})
    void followsThePresetPolicy(String channel, String user, ErrorCode expected) {
        Principal principal = user == null ? Principal.ANONYMOUS : new Principal(user, List.of(), 0);
        assertThat(refusal(preset, principal, channel)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"news:a", "bench", "default", "message:a"})
    void refusesKindsNobodyConfigured(String channel) {
        assertThat(preset.kindOf(channel)).isNull();
        assertThat(refusal(preset, Principal.ANONYMOUS, channel)).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal(preset, new Principal("42", List.of("*"), 0), channel)).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void opensPublicPatternsToEveryone() {
        KindAccessPolicy policy = policy("bench*", "log:public-*");
        Kind bench = policy.kindOf("bench:1");
        assertThat(bench.mode()).isEqualTo(DeliveryMode.EVERY);
        assertThat(bench.event()).isEqualTo("bench_update");
        assertThat(refusal(policy, Principal.ANONYMOUS, "bench:1")).isNull();
        assertThat(policy.kindOf("bench").name()).isEqualTo("default");
        assertThat(refusal(policy, Principal.ANONYMOUS, "log:public-a")).isNull();
        assertThat(refusal(policy, Principal.ANONYMOUS, "log:bots")).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void keepsAConfiguredKindsModeWhenAPatternOpensIt() {
        var settings = new KindSettings(DeliveryMode.LATEST, null, null, null, null, null, null, null, null, null);
        var policy = new KindAccessPolicy(Kinds.with(Map.of("bench", settings)), List.of("bench*"), true);
        assertThat(policy.kindOf("bench:1").mode()).isEqualTo(DeliveryMode.LATEST);
        assertThat(refusal(policy, Principal.ANONYMOUS, "bench:1")).isNull();
    }

    @Test
    void neverOpensWhatIsOneUsersOwn() {
        KindAccessPolicy policy = policy("*", "order:*", "user:7");
        for (String channel : List.of("order:7", "user:7")) {
            assertThat(refusal(policy, Principal.ANONYMOUS, channel)).isEqualTo(ErrorCode.UNAUTHORIZED);
            assertThat(refusal(policy, USER, channel)).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(refusal(policy, new Principal("42", List.of("*", channel), 0), channel))
                    .isEqualTo(ErrorCode.FORBIDDEN);
        }
    }

    @Test
    void opensNoReservedKind() {
        assertThat(policy("*").kindOf("control:a")).isNull();
        assertThat(policy("*").kindOf("tickgate:a")).isNull();
        assertThat(policy("*").kindOf("anything:a")).isNotNull();
    }

    @Test
    void grantsWhatTheTokenNames() {
        var bearer = new Principal("42", List.of("log:bots*", "desk:*"), 0);
        assertThat(refusal(preset, bearer, "log:bots-1")).isNull();
        assertThat(refusal(preset, bearer, "log:web")).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void asksForNoTokenWhereNoneCanBeVerified() {
        var policy = new KindAccessPolicy(Kinds.presets(), List.of(), false);
        assertThat(refusal(policy, Principal.ANONYMOUS, "price:A")).isNull();
        assertThat(refusal(policy, Principal.ANONYMOUS, "order:42")).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal(policy, Principal.ANONYMOUS, "log:a")).isEqualTo(ErrorCode.FORBIDDEN);
    }

    private static KindAccessPolicy policy(String... patterns) {
        return new KindAccessPolicy(Kinds.presets(), List.of(patterns), true);
    }

    private static ErrorCode refusal(AccessPolicy policy, Principal principal, String channel) {
        return policy.refusal(principal, policy.kindOf(channel), channel);
    }
}
