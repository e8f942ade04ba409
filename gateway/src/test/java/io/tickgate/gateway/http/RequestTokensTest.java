package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.testing.EmbeddedHub;
import io.tickgate.gateway.testing.MemoryExchange;
import io.tickgate.protocol.message.ErrorCode;

final class RequestTokensTest {
    private final RequestTokens tokens = new RequestTokens(EmbeddedHub.USERS, "session");

    @Test
    void aRequestWithoutATokenIsAnonymous() {
        assertThat(tokens.verify(request("/ws"))).isEqualTo(new Verdict.Accepted(Principal.ANONYMOUS));
        assertThat(tokens.verify(request("/ws").header("authorization", "Basic YTpi")))
                .isEqualTo(new Verdict.Accepted(Principal.ANONYMOUS));
    }

    @ParameterizedTest
    @CsvSource({"Bearer 42", "bearer 42", "BEARER   42 "})
    void takesTheBearerTokenWhateverItsCase(String authorization) {
        assertThat(user(request("/ws").header("authorization", authorization))).isEqualTo("42");
    }

    @Test
    void takesTheHeaderBeforeTheParameterBeforeTheCookie() {
        MemoryExchange all = request("/ws?token=parameter").header("cookie", "session=cookie");
        assertThat(user(all)).isEqualTo("parameter");
        assertThat(user(all.header("authorization", "Bearer header"))).isEqualTo("header");
        assertThat(user(request("/ws").header("cookie", "session=cookie"))).isEqualTo("cookie");
    }

    @Test
    void looksIntoNoCookieUnlessOneIsNamed() {
        assertThat(new RequestTokens(EmbeddedHub.USERS, null).verify(request("/ws").header("cookie", "session=42")))
                .isEqualTo(new Verdict.Accepted(Principal.ANONYMOUS));
    }

    @Test
    void aTokenThatDoesNotVerifyIsNotAnonymous() {
        assertThat(tokens.verify(request("/ws?token=bad")))
                .isInstanceOfSatisfying(Verdict.Rejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(ErrorCode.UNAUTHORIZED));
        assertThat(tokens.verify(request("/ws?token=old")))
                .isInstanceOfSatisfying(Verdict.Rejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(ErrorCode.TOKEN_EXPIRED));
    }

    private String user(Request request) {
        return ((Verdict.Accepted) tokens.verify(request)).principal().user();
    }

    private static MemoryExchange request(String target) {
        return new MemoryExchange(new EmbeddedChannel().eventLoop(), target);
    }
}
