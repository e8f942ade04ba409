package io.tickgate.gateway.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;
import io.tickgate.gateway.model.Watermarks;

/** The settings of the port. Immutable; a value out of range is refused when the record is made. */
public record HttpSettings(
        @Setting(value = "TCP port of everything, 0 to 65535; 0 takes any free one", preset = "8080") int port,

        @Setting(value = "address to listen on; 0.0.0.0 is every interface", preset = "127.0.0.1") String host,

        @Setting(value = "how sockets are driven: auto, epoll, io_uring or nio; auto is epoll where there is one, else nio", preset = "auto") String transport,

        @Setting(value = "event loops, that is threads, 1 to 64; 0 is one per processor, 64 at most", preset = "0") int loops,

        @Setting(value = "bytes of a request's headers at most, 1024 to 1048576; more is answered 431", preset = "16384") int requestHeadBytes,

        @Setting(value = "bytes of a request line or HTTP/2 path at most, 256 to 65536; more is answered 414", preset = "8192") int urlBytes,

        @Setting(value = "ms a request's head and body, or the TLS handshake, may take, 100 to 600000", preset = "10000") int headTimeoutMs,

        @Setting(value = "ms an HTTP connection may be idle between requests, 100 to 3600000", preset = "75000") int keepAliveMs,

        @Setting(value = "TCP connections at once, 1 to 10000000; more are closed at once", preset = "100000") int maxConnections,

        @Setting(value = "PEM file with the certificate chain; with it the port takes TLS only") String tlsCert,

        @Setting(value = "PEM file with the certificate's private key in PKCS #8") String tlsKey,

        @Setting(value = "ms between looks at both files, 100 to 86400000; a pair that is new is taken for new connections, one that can't be used leaves the old one in place", preset = "10000") int tlsReloadMs,

        @Setting(value = "bytes of updates a connection is given at once, 4096 to 1073741824; more only when those are taken", preset = "262144") int outboundHighWatermarkBytes,

        @Setting(value = "unsent bytes above which the reader of a connection whose bytes leave only later (Socket.IO polling, io_uring) counts as slow, 1024 to the high watermark", preset = "65536") int outboundLowWatermarkBytes,

        @Setting(value = "TCP_NOTSENT_LOWAT, bytes the kernel queues unsent per connection, 1024 to 1073741824", preset = "32768") int notSentLowatBytes,

        @Setting(value = "TCP_USER_TIMEOUT, ms until the kernel drops a peer that acknowledges nothing or keeps its window closed, 1000 to 3600000; longer than the 60 s after which the gateway itself closes a reader that takes nothing", preset = "75000") int userTimeoutMs,

        @Setting(value = "TCP connections the kernel holds until they are accepted, 1 to 65535", preset = "4096") int backlog,

        @Setting(value = "HTTP/2 streams at once per connection, 1 to 100000", preset = "1000") int streams,

        @Setting(value = "origins whose pages may send cookies, e.g. https://desk.example.com, separated by commas") List<String> origins,

        @Setting(value = "whether responses and streams are compressed for clients that accept it", preset = "true") boolean compression) {

    /** The hub keeps a bit for each loop. */
    static final int MAX_LOOPS = Long.SIZE;

    public HttpSettings {
        Require.range("port", port, 0, 65_535);
        Require.that(!host.isBlank(), "host", "'" + host + "'", "a name or address");
        Require.that(EventLoops.Transport.isName(transport), "transport", transport, "auto, epoll, io_uring or nio");
        Require.range("loops", loops, 0, MAX_LOOPS);
        Require.range("requestHeadBytes", requestHeadBytes, 1_024, 1 << 20);
        Require.range("urlBytes", urlBytes, 256, 65_536);
        Require.range("headTimeoutMs", headTimeoutMs, 100, 600_000);
        Require.range("keepAliveMs", keepAliveMs, 100, 3_600_000);
        Require.range("maxConnections", maxConnections, 1, 10_000_000);
        Require.that(tlsCert.isEmpty() == tlsKey.isEmpty(), "tlsKey", "'" + tlsKey + "'",
                "a file if tlsCert names one, and nothing otherwise");
        Require.range("tlsReloadMs", tlsReloadMs, 100, 86_400_000);
        Require.range("outboundHighWatermarkBytes", outboundHighWatermarkBytes, 4_096, 1 << 30);
        Require.range("outboundLowWatermarkBytes", outboundLowWatermarkBytes, 1_024, outboundHighWatermarkBytes);
        Require.range("notSentLowatBytes", notSentLowatBytes, 1_024, 1 << 30);
        Require.range("userTimeoutMs", userTimeoutMs, 1_000, 3_600_000);
        Require.range("backlog", backlog, 1, 65_535);
        Require.range("streams", streams, 1, 100_000);
        origins = List.copyOf(origins);
        for (String origin : origins) {
            Require.that(origin.matches("https?://[^/\\s]+"), "origins", "'" + origin + "'",
                    "scheme and host, such as https://desk.example.com");
        }
    }

    public Watermarks watermarks() {
        return new Watermarks(outboundHighWatermarkBytes, outboundLowWatermarkBytes);
    }

    /** Whether the port can be reached from this machine only. */
    public boolean isLoopback() {
        InetAddress address = new InetSocketAddress(host, 0).getAddress();
        return address != null && address.isLoopbackAddress();
    }

    public boolean hasTls() {
        return !tlsCert.isEmpty();
    }
}
