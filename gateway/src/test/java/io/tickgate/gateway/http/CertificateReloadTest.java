package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;

import io.netty.handler.ssl.SslProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.testing.Certificate;
import io.tickgate.gateway.testing.ExpectedLog;

/** A certificate is changed while the gateway runs. That contexts nobody uses any more are freed, the leak check sees. */
@ExpectedLog("^the certificate in use stays: can't use tlsCert .*cert\\.pem with tlsKey .*key\\.pem: ")
class CertificateReloadTest {
    @TempDir
    private static Path directory;
    private static Certificate before;
    private static Certificate after;

    private Path cert;
    private Path key;
    private TestPort port;

    @BeforeAll
    static void makeCertificates() throws Exception {
        before = Certificate.make(Files.createDirectory(directory.resolve("before")));
        after = Certificate.make(Files.createDirectory(directory.resolve("after")));
    }

    @BeforeEach
    void install(@TempDir Path live) throws IOException {
        cert = live.resolve("cert.pem");
        key = live.resolve("key.pem");
        put(before.certificate(), cert);
        put(before.key(), key);
    }

    @AfterEach
    void stop() {
        if (port != null) {
            port.close();
        }
    }

    private void start(String provider, int loops) throws IOException {
        port = TestPort.startTls(new Certificate(cert, key, null),
                SslProvider.valueOf(provider), Map.of("tlsReloadMs", 100, "loops", loops));
    }

    /** As tools do it that renew certificates: beside it first, then in its place at once. */
    private static void put(Path from, Path to) throws IOException {
        Path beside = to.resolveSibling(to.getFileName() + ".new");
        Files.copy(from, beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private SSLSocket connect(SSLContext trusting) throws IOException {
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("localhost", port.port());
        socket.setSoTimeout(15_000);
        socket.startHandshake();
        return socket;
    }

    private java.security.cert.Certificate shown(SSLContext trusting) throws IOException {
        try (SSLSocket socket = connect(trusting)) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static void ask(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(TestPort.ascii("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n"));
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("|secure|")) {
            byte[] part = new byte[1_024];
            int read = socket.getInputStream().read(part);
            assertThat(read).isPositive();
            answer.append(new String(part, 0, read, StandardCharsets.US_ASCII));
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @EachTlsProvider
    void showsTheNewOneToNewConnectionsAndLeavesTheOthers(String provider) throws Exception {
        start(provider, 3);
        try (SSLSocket old = connect(before.trusting())) {
            ask(old);
            put(after.key(), key);
            put(after.certificate(), cert);
            port.awaitCount(Counter.TLS_RELOADS_DONE, 1);
            for (int i = 0; i < 6; i++) {
                await().ignoreExceptions().until(() -> shown(after.trusting()) != null);
            }
            assertThatThrownBy(() -> shown(before.trusting())).isInstanceOf(SSLHandshakeException.class);
            ask(old);
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, port.count(Counter.CONNECTIONS_ACCEPTED));
    }

    /** Who was shown the old certificate in a handshake takes no short cut past the new one. */
    @EachTlsProvider
    void resumesNoSessionOfTheOldOne(String provider) throws Exception {
        start(provider, 1);
        try (SSLSocket old = connect(before.trusting())) {
            ask(old);
        }
        put(after.key(), key);
        put(after.certificate(), cert);
        port.awaitCount(Counter.TLS_RELOADS_DONE, 1);
        assertThatThrownBy(() -> shown(before.trusting())).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void keepsTheOldOneWhereTheNewIsNone() throws Exception {
        start("OPENSSL_REFCNT", 1);
        put(after.certificate(), cert);
        port.awaitCount(Counter.TLS_RELOADS_FAILED, 1);
        assertThat(shown(before.trusting())).isNotNull();
        Files.writeString(key, "nonsense");
        port.awaitCount(Counter.TLS_RELOADS_FAILED, 2);
        Files.delete(key);
        port.awaitCount(Counter.TLS_RELOADS_FAILED, 3);
        assertThat(shown(before.trusting())).isNotNull();
        assertThat(port.count(Counter.TLS_RELOADS_DONE)).isZero();
        put(after.key(), key);
        port.awaitCount(Counter.TLS_RELOADS_DONE, 1);
        assertThat(shown(after.trusting())).isNotNull();
        assertThat(port.count(Counter.TLS_RELOADS_FAILED)).isEqualTo(3);
    }

    @Test
    void takesOneOnlyOnce() throws Exception {
        start("OPENSSL_REFCNT", 1);
        for (int i = 0; i < 3; i++) {
            put(before.certificate(), cert);
            put(before.key(), key);
            Thread.sleep(150);
        }
        put(after.key(), key);
        put(after.certificate(), cert);
        port.awaitCount(Counter.TLS_RELOADS_DONE, 1);
        Thread.sleep(300);
        assertThat(port.count(Counter.TLS_RELOADS_DONE)).isEqualTo(1);
    }

    @Test
    void saysWhenItExpires() throws Exception {
        start("OPENSSL_REFCNT", 3);
        await().until(() -> port.gauge(Gauge.TLS_CERTIFICATE_EXPIRES) > 0);
        Instant expires = Instant.ofEpochSecond(port.gauge(Gauge.TLS_CERTIFICATE_EXPIRES));
        assertThat(Duration.between(Instant.now(), expires)).isBetween(Duration.ofHours(47), Duration.ofHours(48));
    }

    @Test
    void refusesToStartWithAKeyThatIsNotTheCertificates() throws Exception {
        for (List<Path> wrong : List.of(List.of(before.certificate(), after.key()),
                List.of(before.key(), before.key()), List.of(before.certificate(), before.certificate()))) {
            assertThatThrownBy(
                    () -> TestPort.start(Map.of("tlsCert", wrong.get(0).toString(), "tlsKey", wrong.get(1).toString())))
                    .isInstanceOf(IOException.class).hasMessageContaining(wrong.get(0).toString())
                    .hasMessageContaining(wrong.get(1).toString());
        }
    }
}
