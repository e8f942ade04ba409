package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of {@link CompressionBench}. Each has channel names of its own, so that those whose turn it is not stay idle. */
enum CodedServer {
    /** The floor; deflates for whom asks for it. */
    RAW_LOOP("bench-raw"),
    /** The gateway as it comes. */
    TICKGATE("bench-tick"),
    /** The gateway without shared contexts: every update is compressed by itself. */
    TICKGATE_INDEPENDENT("bench-alone"),
    /** npm's ws with its permessage-deflate, a compressor per connection. */
    NPM_WS("bench-npm"),
    /** netty-socketio with its permessage-deflate, a compressor per connection. */
    NETTY_SOCKETIO("bench-nsio");

    private final String channelName;

    CodedServer(String channelName) {
        this.channelName = channelName;
    }

    /** Its channels are this, a colon and an index. */
    String channelName() {
        return channelName;
    }

    /** Why it can't run here, or null if it can. */
    String missing(Path wsPeer) {
        if (this != NPM_WS) {
            return null;
        }
        if (!Files.isDirectory(wsPeer.resolve("node_modules").resolve("ws"))) {
            return "its modules are not installed: (cd " + wsPeer + " && npm ci)";
        }
        try {
            Process node = new ProcessBuilder("node", "--version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return node.waitFor() == 0 ? null : "node --version fails";
        } catch (IOException e) {
            return "there is no node on the PATH";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** The command line that starts it on {@code port}. */
    List<String> command(int port, URI redis, Path tickgate, Path wsPeer) {
        return switch (this) {
            case RAW_LOOP -> with(Contestant.RAW_LOOP.command(port, redis, tickgate, channelName), "--deflate");
            case TICKGATE -> Contestant.TICKGATE.command(port, redis, tickgate, channelName);
            case TICKGATE_INDEPENDENT ->
                with(Contestant.TICKGATE.command(port, redis, tickgate, channelName), "--compression-contexts", "0");
            case NETTY_SOCKETIO ->
                with(Contestant.NETTY_SOCKETIO.command(port, redis, tickgate, channelName), "--deflate");
            case NPM_WS -> List.of("node", wsPeer.resolve("server.mjs").toString(), "--deflate", "--pattern",
                    channelName + "*", "--redis", redis.toString(), "--port", Integer.toString(port));
        };
    }

    private static List<String> with(List<String> command, String... options) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(options));
        return whole;
    }
}
