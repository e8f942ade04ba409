package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

import io.netty.handler.ssl.SslProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.testing.Certificate;

/** TLS handshakes that are refused, given up, or shortened. */
class TlsHandshakeTest {
    /** Alerts, fatal (RFC 8446 §6.2). */
    private static final String HANDSHAKE_FAILURE = "0228";
    private static final String PROTOCOL_VERSION = "0246";
    private static final String NO_APPLICATION_PROTOCOL = "0278";
    private static final int ONE_RECORD = 16_384;

    @TempDir
    private static Path directory;
    private static Certificate certificate;

    private TestPort port;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = Certificate.make(directory);
    }

    @AfterEach
    void stop() {
        if (port != null) {
            port.close();
        }
    }

    private void start(String provider, Map<String, Object> changed) throws IOException {
        port = TestPort.startTls(certificate, SslProvider.valueOf(provider), changed);
    }

    // Refused.

    private void refused(byte[] hello, String alert) throws IOException {
        try (RawClient client = new RawClient(port.port())) {
            client.send(hello);
            String answer = HexFormat.of().formatHex(client.readToEnd().getBytes(StandardCharsets.ISO_8859_1));
            assertThat(answer).matches("1503030002" + alert + "|1503010002" + alert);
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, port.count(Counter.CONNECTIONS_ACCEPTED));
    }

    private void accepted(byte[] hello) throws IOException {
        try (RawClient client = new RawClient(port.port())) {
            client.send(hello);
            assertThat(client.readHex(3)).isEqualTo("160303");
        }
    }

    @EachTlsProvider
    void refusesClientsWithoutAProtocolInCommon(String provider) throws IOException {
        start(provider, Map.of());
        int[] sizes = {ONE_RECORD, 50, 1};
        for (int recordBytes : sizes) {
            refused(new RawClientHello(List.of("spdy/3.1", "h3", "http/1.0")).records(recordBytes),
                    NO_APPLICATION_PROTOCOL);
        }
        assertThat(port.count(Counter.TLS_HANDSHAKES_FAILED)).isEqualTo(sizes.length);
        for (int recordBytes : sizes) {
            accepted(new RawClientHello(List.of("h3", "http/1.1")).records(recordBytes));
        }
        accepted(new RawClientHello(List.of("h2")).records(ONE_RECORD));
        accepted(new RawClientHello(List.of()).records(ONE_RECORD));
    }

    @EachTlsProvider
    void refusesOldVersions(String provider) throws IOException {
        start(provider, Map.of());
        for (int version : new int[]{RawClientHello.TLS_1_1, RawClientHello.TLS_1_0, RawClientHello.SSL_3}) {
            refused(new RawClientHello(version, List.of(0xc009, 0xc00a, 0x002f), List.of()).records(ONE_RECORD),
                    PROTOCOL_VERSION);
        }
        assertThat(port.count(Counter.TLS_HANDSHAKES_FAILED)).isEqualTo(3);
    }

    /** RC4, 3DES, NULL, export, and whatever has no forward secrecy or is no AEAD (RFC 9113 §9.2.2). */
    @EachTlsProvider
    void refusesWeakCiphers(String provider) throws IOException {
        start(provider, Map.of());
        List<Integer> weak = List.of(0x0005, 0x0004, 0x000a, 0x0001, 0x0003, 0xc007, 0xc008, 0xc006, 0x002f, 0x009c,
                0xc009,
                0xc00a, 0xc023);
        for (int cipher : weak) {
            refused(new RawClientHello(RawClientHello.TLS_1_2, List.of(cipher), List.of()).records(ONE_RECORD),
                    HANDSHAKE_FAILURE);
        }
        assertThat(port.count(Counter.TLS_HANDSHAKES_FAILED)).isEqualTo(weak.size());
        assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(weak.size());
    }

    @ParameterizedTest
    @CsvSource({"garbage in a record, 16 03 01 00 05 ff ff ff ff ff",
            "a hello without end, 16 03 01 00 05 01 00 80 00 03",
            "an empty record, 16 03 01 00 00 16 03 01 00 00", "a ServerHello, 16 03 03 00 06 02 00 00 02 03 03",
            "application data, 16 03 01 00 01 01 17 03 03 00 01 00"})
    void closesABrokenHandshake(String name, String bytes) throws IOException {
        start("OPENSSL_REFCNT", Map.of());
        try (RawClient client = new RawClient(port.port())) {
            client.sendHex(bytes);
            client.readToEnd();
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
        assertThat(port.count(Counter.TLS_HANDSHAKES_FAILED)).as(name).isEqualTo(1);
        assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(1);
    }

    @EachTlsProvider
    void refusesToRenegotiate(String provider) throws IOException {
        start(provider, Map.of());
        try (SSLSocket socket = connect("TLSv1.2")) {
            assertThatThrownBy(() -> {
                socket.startHandshake();
                get(socket);
            }).isInstanceOf(IOException.class);
        }
    }

    // Given up.

    @EachTlsProvider
    void closesAHandshakeThatTakesTooLong(String provider) throws IOException {
        start(provider, Map.of("headTimeoutMs", 300));
        try (RawClient client = new RawClient(port.port())) {
            client.sendHex("16 03 01");
            assertThat(client.readToEnd()).isEmpty();
        }
        try (RawClient client = new RawClient(port.port())) {
            client.send(new RawClientHello(List.of("h2")).records(ONE_RECORD));
            assertThat(client.readToEnd()).isNotEmpty();
        }
        port.awaitCount(Counter.TLS_HANDSHAKES_LATE, 2);
    }

    @Test
    void outlivesMoreUnfinishedHandshakesThanItTakesConnections() throws Exception {
        int limit = 8;
        start("OPENSSL_REFCNT", Map.of("headTimeoutMs", 1_500, "maxConnections", limit));
        RawClient[] flood = new RawClient[4 * limit];
        try {
            for (int i = 0; i < flood.length; i++) {
                flood[i] = new RawClient(port.port());
                flood[i].send(new RawClientHello(List.of("h2")).records(ONE_RECORD));
            }
        } catch (IOException refused) {
            assertThat(port.listener.connections()).isLessThanOrEqualTo(limit);
        } finally {
            port.awaitCount(Counter.TLS_HANDSHAKES_LATE, limit);
            for (RawClient client : flood) {
                if (client != null) {
                    client.leave();
                }
            }
        }
        assertThat(port.count(Counter.CONNECTIONS_REFUSED)).isPositive();
        try (SSLSocket socket = connect("TLSv1.3")) {
            get(socket);
        }
    }

    /** A browser may connect in advance: it hears nothing that would be the answer to a request it hasn't made. */
    @Test
    void closesSilentlyWhenNothingFollowsTheHandshake() throws IOException {
        start("OPENSSL_REFCNT", Map.of("headTimeoutMs", 500));
        try (SSLSocket socket = connect("TLSv1.3")) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(port.count(Counter.HTTP1_TIMEOUT)).isZero();
        assertThat(port.count(Counter.TLS_HANDSHAKES_DONE)).isEqualTo(1);
    }

    // Shortened.

    @ParameterizedTest
    @CsvSource({"OPENSSL_REFCNT, TLSv1.3", "OPENSSL_REFCNT, TLSv1.2", "JDK, TLSv1.3", "JDK, TLSv1.2"})
    void resumesSessions(String provider, String protocol) throws Exception {
        start(provider, Map.of());
        SSLSession first = sessionOf(protocol);
        // The clock moves on, so that a session with the same age is the same.
        Thread.sleep(5);
        assertThat(sessionOf(protocol).getCreationTime()).isEqualTo(first.getCreationTime());
        port.awaitCount(Counter.TLS_HANDSHAKES_DONE, 2);
    }

    private SSLSession sessionOf(String protocol) throws IOException {
        try (SSLSocket socket = connect(protocol)) {
            // With TLS 1.3 the ticket comes behind the handshake.
            get(socket);
            return socket.getSession();
        }
    }

    private SSLSocket connect(String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) certificate.trusting().getSocketFactory().createSocket("localhost",
                port.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[]{protocol});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(15_000);
        socket.startHandshake();
        return socket;
    }

    private static void get(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(TestPort.ascii("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 200 OK");
    }
}
