package io.tickgate.gateway.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.protocol.message.ErrorCode;

class JwtAuthenticatorTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Instant NOW = Instant.ofEpochSecond(1_763_712_000);

    @TempDir
    Path directory;

    @Test
    void namesTheUserAndHisRights() {
        String token = new TokenMint(SECRET).mint("42", List.of("log:*", "desk:a"), Duration.ofHours(1), NOW);
        assertThat(withSecret().verify(token)).isEqualTo(new Verdict.Accepted(new Principal("42",
                List.of("log:*", "desk:a"), NOW.plusSeconds(3_600).toEpochMilli())));
    }

    @Test
    void takesATokenThatNeverExpires() throws Exception {
        assertThat(withSecret().verify(hs256("{\"sub\":\"a\"}")))
                .isEqualTo(new Verdict.Accepted(new Principal("a", List.of(), 0)));
    }

    @Test
    void saysThatATokenHasExpiredFromItsVerySecondOn() throws Exception {
        assertThat(codeOf(hs256("{\"sub\":\"a\",\"exp\":1763712000}"))).isEqualTo(ErrorCode.TOKEN_EXPIRED);
        assertThat(codeOf(hs256("{\"sub\":\"a\",\"exp\":0}"))).isEqualTo(ErrorCode.TOKEN_EXPIRED);
        assertThat(codeOf(hs256("{\"sub\":\"a\",\"exp\":-1}"))).isEqualTo(ErrorCode.TOKEN_EXPIRED);
        assertThat(codeOf(hs256("{\"sub\":\"a\",\"exp\":1763712000.5}"))).isNull();
        assertThat(codeOf(hs256("{\"sub\":\"a\",\"exp\":1e300}"))).isNull();
    }

    @Test
    void allowsHalfAMinuteBeforeNotBefore() throws Exception {
        assertThat(codeOf(hs256("{\"sub\":\"a\",\"nbf\":1763712030}"))).isNull();
        assertThat(codeOf(hs256("{\"sub\":\"a\",\"nbf\":1763712031}"))).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"sub\":\"\"}", "{\"sub\":42}", "{\"sub\":null}", "{\"sub\":\"a b\"}",
            "{\"sub\":\"a*\"}", "{\"sub\":\"ü\"}", "{\"sub\":\"a\",\"channels\":\"log:*\"}",
            "{\"sub\":\"a\",\"channels\":null}", "{\"sub\":\"a\",\"channels\":[1]}",
            "{\"sub\":\"a\",\"channels\":[\"a,b\"]}", "{\"sub\":\"a\",\"exp\":\"tomorrow\"}",
            "{\"sub\":\"a\",\"exp\":null}", "{\"sub\":\"a\",\"nbf\":{}}", "[]", "no json"})
    void refusesClaimsThatAreNotOfTheirForm(String claims) throws Exception {
        assertThat(codeOf(hs256(claims))).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void limitsUserAndPatterns() throws Exception {
        assertThat(codeOf(hs256("{\"sub\":\"" + "a".repeat(96) + "\"}"))).isNull();
        assertThat(codeOf(hs256("{\"sub\":\"" + "a".repeat(97) + "\"}"))).isEqualTo(ErrorCode.UNAUTHORIZED);
        String patterns = "\"log:*\",".repeat(63);
        assertThat(codeOf(hs256("{\"sub\":\"a\",\"channels\":[" + patterns + "\"x\"]}"))).isNull();
        assertThat(codeOf(hs256("{\"sub\":\"a\",\"channels\":[" + patterns + "\"x\",\"y\"]}")))
                .isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void refusesALongTokenUnread() throws Exception {
        String token = hs256("{\"sub\":\"a\",\"more\":\"" + "x".repeat(6_500) + "\"}");
        assertThat(token.length()).isGreaterThan(8 * 1_024);
        assertThat(codeOf(token)).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void refusesATokenOfAnotherSecret() {
        String token = new TokenMint("another secret of at least 32 bytes").mint("42", List.of(), Duration.ofHours(1),
                NOW);
        assertThat(codeOf(token)).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void refusesAnUnsignedToken() {
        String claims = base64("{\"sub\":\"42\"}");
        assertThat(codeOf(base64("{\"alg\":\"none\"}") + "." + claims + ".")).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(codeOf(base64("{\"alg\":\"HS256\"}") + "." + claims + ".")).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(codeOf(base64("{\"alg\":\"nOnE\"}") + "." + claims + ".")).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void refusesAnotherAlgorithmWithTheSameSecret() throws Exception {
        String longer = SECRET + SECRET;
        var settings = new AuthSettings(longer, null, null, null, List.of(), true);
        var authenticator = JwtAuthenticator.of(settings, InstantSource.fixed(NOW));
        String token = signed(JWSAlgorithm.HS512, new MACSigner(longer), "{\"sub\":\"a\"}");
        assertThat(codeOf(authenticator, token)).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void refusesHeadersThatItMustUnderstandButDoesNot() throws Exception {
        var header = new JWSHeader.Builder(JWSAlgorithm.HS256).criticalParams(Set.of("exp"))
                .customParam("exp", 1).build();
        var token = new JWSObject(header, new Payload("{\"sub\":\"a\"}"));
        token.sign(new MACSigner(SECRET));
        assertThat(codeOf(token.serialize())).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void refusesEveryTokenWithoutAKey() {
        var authenticator = JwtAuthenticator.of(new AuthSettings(null, null, null, null, List.of(), true),
                InstantSource.fixed(NOW));
        assertThat(authenticator.isConfigured()).isFalse();
        assertThat(codeOf(authenticator, "a.b.c")).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void refusesWhatWasChangedAnywhere() {
        String token = new TokenMint(SECRET).mint("42", List.of("log:*"), Duration.ofHours(1), NOW);
        for (int i = 0; i < token.length() - 1; i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(codeOf(changed)).as("character " + i).isEqualTo(ErrorCode.UNAUTHORIZED);
        }
    }

    @Test
    void refusesNoiseWithoutThrowing() {
        var random = new Random(7);
        var authenticator = withSecret();
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            String text = i % 2 == 0
                    ? new String(noise, ISO_8859_1)
                    : base64("{\"alg\":\"HS256\"}") + "." + Base64.getUrlEncoder().encodeToString(noise) + ".x";
            assertThat(codeOf(authenticator, text)).isEqualTo(ErrorCode.UNAUTHORIZED);
        }
        assertThat(codeOf(authenticator, base64("[".repeat(4_000)) + ".e30.x")).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void verifiesRsaByItsPublicKey() throws Exception {
        KeyPair pair = rsa(2_048);
        String token = signed(JWSAlgorithm.RS256, new RSASSASigner(pair.getPrivate()), "{\"sub\":\"r\"}");
        assertThat(codeOf(withKey(pair), token)).isNull();
        assertThat(codeOf(withKey(rsa(2_048)), token)).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void neverTakesThePublicKeyForASecret() throws Exception {
        KeyPair pair = rsa(2_048);
        for (byte[] asSecret : List.of(pair.getPublic().getEncoded(), Files.readAllBytes(pem(pair)))) {
            String forged = signed(JWSAlgorithm.HS256, new MACSigner(asSecret), "{\"sub\":\"admin\"}");
            assertThat(codeOf(withKey(pair), forged)).isEqualTo(ErrorCode.UNAUTHORIZED);
        }
    }

    @Test
    void verifiesEllipticCurveByItsPublicKey() throws Exception {
        KeyPair pair = ec("secp256r1");
        var signer = new ECDSASigner((ECPrivateKey) pair.getPrivate());
        String token = signed(JWSAlgorithm.ES256, signer, "{\"sub\":\"e\"}");
        assertThat(codeOf(withKey(pair), token)).isNull();
        assertThat(codeOf(withKey(ec("secp256r1")), token)).isEqualTo(ErrorCode.UNAUTHORIZED);
        String zero = token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(86);
        assertThat(codeOf(withKey(pair), zero)).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void verifiesEd25519ByItsPublicKey() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        assertThat(codeOf(withKey(pair), eddsa(pair.getPrivate(), "{\"alg\":\"EdDSA\"}"))).isNull();
        KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        assertThat(codeOf(withKey(pair), eddsa(other.getPrivate(), "{\"alg\":\"EdDSA\"}")))
                .isEqualTo(ErrorCode.UNAUTHORIZED);
        String critical = "{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"b64\":false}";
        assertThat(codeOf(withKey(pair), eddsa(pair.getPrivate(), critical))).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(codeOf(withKey(pair), base64("{\"alg\":\"EdDSA\"}") + ".e30.c2hvcnQ"))
                .isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void takesSecretAndKeyFileSideBySide() throws Exception {
        KeyPair pair = rsa(2_048);
        var settings = new AuthSettings(SECRET, pem(pair), null, null, List.of(), true);
        var authenticator = JwtAuthenticator.of(settings, InstantSource.fixed(NOW));
        assertThat(codeOf(authenticator, hs256("{\"sub\":\"a\"}"))).isNull();
        String byKey = signed(JWSAlgorithm.RS256, new RSASSASigner(pair.getPrivate()), "{\"sub\":\"r\"}");
        assertThat(codeOf(authenticator, byKey)).isNull();
    }

    @Test
    void saysWhatIsWrongWithAKeyFile() throws Exception {
        assertThatThrownBy(() -> withKey(rsa(1_024))).hasMessageContaining("at least 2048 bits");
        assertThatThrownBy(() -> withKey(ec("secp384r1"))).hasMessageContaining("P-256");
        Path missing = directory.resolve("missing.pem");
        assertThatThrownBy(() -> withKeyFile(missing)).hasMessageContaining("jwtKeyFile is " + missing)
                .hasMessageContaining("can't be read");
        Path privateKey = Files.writeString(directory.resolve("p.pem"), "-----BEGIN PRIVATE KEY-----\nAA==\n");
        assertThatThrownBy(() -> withKeyFile(privateKey)).hasMessageContaining("BEGIN PUBLIC KEY");
        Path noKey = Files.writeString(directory.resolve("n.pem"),
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
        assertThatThrownBy(() -> withKeyFile(noKey)).hasMessageContaining("RSA, P-256 or Ed25519");
    }

    private static JwtAuthenticator withSecret() {
        return JwtAuthenticator.of(new AuthSettings(SECRET, null, null, null, List.of(), true),
                InstantSource.fixed(NOW));
    }

    private JwtAuthenticator withKey(KeyPair pair) throws IOException {
        return withKeyFile(pem(pair));
    }

    private static JwtAuthenticator withKeyFile(Path file) {
        return JwtAuthenticator.of(new AuthSettings(null, file, null, null, List.of(), true), InstantSource.fixed(NOW));
    }

    private Path pem(KeyPair pair) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(pair.getPublic().getEncoded());
        Path file = Files.createTempFile(directory, "key", ".pem");
        return Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n");
    }

    private static KeyPair rsa(int bits) throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static KeyPair ec(String curve) throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static String hs256(String claims) throws Exception {
        return signed(JWSAlgorithm.HS256, new MACSigner(SECRET), claims);
    }

    private static String signed(JWSAlgorithm algorithm, JWSSigner signer, String claims) throws Exception {
        var token = new JWSObject(new JWSHeader(algorithm), new Payload(claims));
        token.sign(signer);
        return token.serialize();
    }

    private static String eddsa(PrivateKey key, String header) throws Exception {
        String input = base64(header) + "." + base64("{\"sub\":\"ed\"}");
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(input.getBytes(UTF_8));
        return input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private static ErrorCode codeOf(String token) {
        return codeOf(withSecret(), token);
    }

    /** The code of the refusal, null if accepted. */
    private static ErrorCode codeOf(Authenticator authenticator, String token) {
        return switch (authenticator.verify(token)) {
            case Verdict.Accepted accepted -> null;
            case Verdict.Rejected rejected -> {
                assertThat(token.length() < 20 || !rejected.message().contains(token)).isTrue();
                yield rejected.code();
            }
        };
    }
}
