package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Polling over connections that stay, with requests that come right after each other, loses and repeats nothing. */
class KeepAlivePollingIT {
    private static final int MESSAGES = 300;
    private static final String EVENT = "42[\"log_update\",";

    @ParameterizedTest
    @CsvSource({"1,4", "3,4", "1,3", "3,3"})
    void everyMessageComesOnceAndInOrder(int loops, int version) throws Exception {
        try (SocketIoServer server = new SocketIoServer("epoll", loops); HttpClient http = HttpClient.newHttpClient()) {
            Polling client = new Polling(http, server, version);
            client.open();
            List<String> got = new ArrayList<>();
            CompletableFuture<HttpResponse<String>> poll = client.poll();
            for (int i = 0; i < MESSAGES; i++) {
                server.publish("log:a", String.valueOf(i));
                if (i % 7 == 0) {
                    // Its answer is an update, so that it comes between two of the others.
                    client.post("42[\"subscribe\",\"log:none\"]");
                }
                if (i % 3 == 0) {
                    client.take(poll.get(), got);
                    poll = client.poll();
                }
            }
            while (got.size() < MESSAGES) {
                client.take(poll.get(), got);
                poll = client.poll();
            }
            assertThat(got).isEqualTo(numbers());
            server.publish("log:a", "\"last\"");
            client.take(poll.get(), got);
            assertThat(got).as("nothing comes twice").hasSize(MESSAGES + 1).last().isEqualTo("\"last\"");
        }
    }

    private static List<String> numbers() {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            numbers.add(String.valueOf(i));
        }
        return numbers;
    }

    /** A client that is subscribed to one channel. */
    private static final class Polling {
        private final HttpClient http;
        private final String url;
        private final int version;
        private String sid = "";

        Polling(HttpClient http, SocketIoServer server, int version) {
            this.http = http;
            this.version = version;
            url = server.url() + "/socket.io/?transport=polling&EIO=" + version;
        }

        void open() throws Exception {
            String hello = http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString()).body();
            sid = "&sid=" + HandTurnedTransport.sidIn(hello);
            if (version == 4) {
                post("40");
            }
            post("421[\"subscribe\",\"log:a\"]");
            String answers = "";
            while (!answers.contains("431[{\"ok\":true")) {
                answers += poll().get().body();
            }
        }

        void post(String packet) throws Exception {
            String body = version == 3 ? packet.length() + ":" + packet : packet;
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + sid)).POST(BodyPublishers.ofString(body))
                    .build();
            assertThat(http.send(request, BodyHandlers.ofString()).body()).isEqualTo("ok");
        }

        CompletableFuture<HttpResponse<String>> poll() {
            return http.sendAsync(HttpRequest.newBuilder(URI.create(url + sid)).build(), BodyHandlers.ofString());
        }

        /** Collects the updates of an answer, and answers a heartbeat. */
        void take(HttpResponse<String> answer, List<String> updates) throws Exception {
            assertThat(answer.statusCode()).isEqualTo(200);
            for (String packet : packetsIn(answer.body())) {
                if (packet.startsWith(EVENT)) {
                    updates.add(packet.substring(EVENT.length(), packet.length() - 1));
                } else if (packet.equals("2")) {
                    post("3");
                }
            }
        }

        private List<String> packetsIn(String payload) {
            if (version == 4) {
                return List.of(payload.split("\u001e"));
            }
            List<String> packets = new ArrayList<>();
            int at = 0;
            while (at < payload.length()) {
                int from = payload.indexOf(':', at) + 1;
                int to = from + Integer.parseInt(payload.substring(at, from - 1));
                packets.add(payload.substring(from, to));
                at = to;
            }
            return packets;
        }
    }
}
