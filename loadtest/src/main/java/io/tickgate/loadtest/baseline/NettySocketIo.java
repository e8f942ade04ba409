package io.tickgate.loadtest.baseline;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOServer;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code netty-socketio}: that library as a push server, used as its documentation shows and on its fast paths. Clients
 * emit {@code subscribe} with channel names to join rooms; what Redis publishes goes to the room of its channel.
 */
@Command(name = "netty-socketio", mixinStandardHelpOptions = true, showDefaultValues = true, description = "A netty-socketio server fed by Redis.")
public final class NettySocketIo implements Callable<Integer> {
    @Option(names = "--port", description = "On 127.0.0.1.")
    private int port = 9200;

    @Option(names = "--redis", description = "redis://host[:port]")
    private URI redis = URI.create("redis://127.0.0.1:6379");

    @Option(names = "--pattern", description = "PSUBSCRIBEd.")
    private String pattern = "bench*";

    @Option(names = "--deflate", description = "Clients that offer permessage-deflate get it, each from a compressor of its own.")
    private boolean deflate;

    /** JSON that Jackson copies instead of building: kinder to the library than a parsed tree. */
    private record RawJson(@JsonValue @JsonRawValue String text) {}

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = new Configuration();
        configuration.setHostname("127.0.0.1");
        configuration.setPort(port);
        configuration.setUseLinuxNativeEpoll(true);
        configuration.setWebsocketCompression(deflate);
        configuration.getSocketConfig().setReuseAddress(true);
        configuration.getSocketConfig().setAcceptBackLog(4_096);
        SocketIOServer server = new SocketIOServer(configuration);
        server.addEventListener("subscribe", String[].class, (client, channels, ack) -> {
            for (String channel : channels) {
                client.joinRoom(channel);
            }
            ack.sendAckData(Map.of("ok", true));
        });
        RedisClient client = RedisClient.create(RedisURI.create(redis));
        var upstream = client.connectPubSub();
        upstream.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String matched, String channel, String message) {
                String event = channel.replaceFirst(":.*", "") + "_update";
                server.getRoomOperations(channel).sendEvent(event, new RawJson(message));
            }
        });
        upstream.sync().psubscribe(pattern);
        server.start();
        System.out.println("netty-socketio listens on 127.0.0.1:" + port);
        new CountDownLatch(1).await();
        return 0;
    }
}
