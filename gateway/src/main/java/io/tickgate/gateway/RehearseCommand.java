package io.tickgate.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;

/**
 * Starts a gateway on a free loopback port, asks it once what browsers will ask, and ends it: the JVM that writes its
 * ahead-of-time cache has then loaded what a start needs. Reads no configuration. Main thread, some seconds at most.
 */
@Command(name = "rehearse", hidden = true, mixinStandardHelpOptions = true, description = "Starts, serves a few requests and ends, for the JVM's ahead-of-time cache.")
final class RehearseCommand implements Callable<Integer> {
    private static final int TIMEOUT_MS = 5_000;
    private static final String UPGRADE = """
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            """;
    private static final List<String> PATHS = List.of("/", "/health", "/metrics", "/channels/price:BTC-USD",
            "/events?channels=price:BTC-USD", "/socket.io/?EIO=4&transport=polling");

    private final SettingsSchema schema;
    private final Cli.Starter starter;

    RehearseCommand(SettingsSchema schema, Cli.Starter starter) {
        this.schema = schema;
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        var flags = Map.of("--port", "0", "--host", "127.0.0.1", "--demo", "true", "--drain-ms", "0");
        GatewaySettings settings = GatewaySettings.of(new SettingsBinder(schema).bind(flags, Map.of()));
        try (Cli.Running gateway = starter.start(settings)) {
            for (String path : PATHS) {
                ask(gateway.port(), path, "");
            }
            ask(gateway.port(), "/ws", UPGRADE);
        }
        return 0;
    }

    /** Any answer will do. */
    private static void ask(int port, String path, String headers) throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            String request = "GET " + path + " HTTP/1.1\nHost: localhost\n" + headers + "\n";
            socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(US_ASCII));
            if (socket.getInputStream().read(new byte[4_096]) < 0) {
                throw new IOException("no answer to " + path);
            }
        }
    }
}
