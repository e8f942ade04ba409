package io.tickgate.gateway.http;

import static io.tickgate.gateway.http.NumberedRecords.assertRecords;
import static io.tickgate.gateway.http.NumberedRecords.writeShared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.testing.Certificate;

class TlsTest {
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

    private void start(Map<String, Object> changed) throws IOException {
        port = TestPort.startTls(certificate, changed);
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://localhost:" + port.port() + path);
    }

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder().version(version).sslContext(certificate.trusting()).build();
    }

    @EachTransport
    void speaksHttp2AndHttp1AsTheClientPrefers(String transport) throws Exception {
        start(Map.of("transport", transport));
        for (HttpClient.Version version : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
            HttpClient client = client(version);
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(uri("https", "/echo"))
                                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(3_000))).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.version()).isEqualTo(version);
                assertThat(answer.body()).contains("|POST|/echo|").contains("|secure|xxx").hasSizeGreaterThan(3_000);
                assertThat(client.send(HttpRequest.newBuilder(uri("https", "/nowhere")).build(),
                        HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(404);
            } finally {
                client.shutdownNow();
            }
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaksTls12And13(String protocol) throws Exception {
        start(Map.of());
        try (SSLSocket socket = connect(protocol)) {
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            socket.getOutputStream()
                    .write(TestPort.ascii("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK");
        }
    }

    private SSLSocket connect(String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) certificate.trusting().getSocketFactory().createSocket("localhost",
                port.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[]{protocol});
        parameters.setApplicationProtocols(new String[]{"http/1.1"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(15_000);
        socket.startHandshake();
        return socket;
    }

    @EachTransport
    void streamsToASlowReaderWithoutLoss(String transport) throws Exception {
        start(Map.of("transport", transport));
        try (SSLSocket socket = connect("TLSv1.3")) {
            socket.getOutputStream().write(TestPort.ascii("GET /stream HTTP/1.0\r\n\r\n"));
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) in.read());
            }
            TestPort.OpenStream open = TestPort.next(port.streams);
            int[] written = {0};
            port.onLoop(() -> {
                while (open.stream().pendingBytes() < 300_000) {
                    writeShared(open.stream(), written[0]++);
                    assertThat(open.stream().pendingBytes()).isPositive();
                    if (written[0] % 10 == 0) {
                        open.stream().flush();
                    }
                }
                open.stream().flush();
            });
            assertRecords(in, 0, written[0]);
            port.onLoop(open.stream()::close);
            assertThat(in.read()).isEqualTo(-1);
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
    }

    @Test
    void streamsOverHttp2() throws Exception {
        start(Map.of());
        HttpClient client = client(HttpClient.Version.HTTP_2);
        try {
            HttpResponse<InputStream> answer = client.send(HttpRequest.newBuilder(uri("https", "/stream")).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            TestPort.OpenStream open = TestPort.next(port.streams);
            byte[] sent = new byte[3_000_000];
            new Random(7).nextBytes(sent);
            port.onLoop(() -> {
                open.stream().writeAndRelease(Unpooled.wrappedBuffer(sent));
                open.stream().flush();
            });
            try (InputStream in = answer.body()) {
                assertThat(in.readNBytes(sent.length)).isEqualTo(sent);
            }
            await().until(() -> open.closed().get() == 1);
        } finally {
            client.shutdownNow();
        }
    }

    @Test
    void carriesWebSocket() throws Exception {
        start(Map.of());
        BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        HttpClient http = client(HttpClient.Version.HTTP_1_1);
        try {
            WebSocket client = http.newWebSocketBuilder().buildAsync(uri("wss", "/ws"), new WebSocket.Listener() {
                @Override
                public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                    texts.add(data.toString());
                    socket.request(1);
                    return null;
                }
            }).get(10, TimeUnit.SECONDS);
            client.sendText("hello", true);
            assertThat(TestPort.next(texts)).isEqualTo("hello");
            client.sendClose(1000, "bye").get(10, TimeUnit.SECONDS);
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            await().until(() -> open.closed.get() == 1);
        } finally {
            http.shutdownNow();
        }
    }

    @Test
    void closesAPlainRequestOnATlsPort() throws Exception {
        start(Map.of());
        try (RawClient client = new RawClient(port.port())) {
            client.send("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(1);
    }

    @Test
    void namesTheFileThatCannotBeUsed() throws Exception {
        Path broken = Files.writeString(directory.resolve("broken.pem"), "nonsense");
        assertThatThrownBy(() -> TestPort.start(
                Map.of("tlsCert", broken.toString(), "tlsKey", certificate.key().toString())))
                .isInstanceOf(IOException.class).hasMessageContaining("broken.pem");
    }
}
