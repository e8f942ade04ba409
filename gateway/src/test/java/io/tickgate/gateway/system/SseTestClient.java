package io.tickgate.gateway.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

import io.tickgate.gateway.GatewayFixture;

/**
 * A client of {@code /events} on the JDK's HttpClient: as with every EventSource, another set of channels is another stream.
 */
final class SseTestClient implements TestClient {
    private final Inbox inbox = new Inbox();
    private final HttpClient http;
    private final HttpClient.Version version;
    private final URI base;
    private final String token;
    private final Set<String> channels = new LinkedHashSet<>();
    private Stream stream;

    /** @param token null for none */
    SseTestClient(HttpClient http, HttpClient.Version version, URI base, String token) {
        this.http = http;
        this.version = version;
        this.base = base;
        this.token = token;
    }

    /** One response, read by a thread of its own until somebody ends it. */
    private final class Stream {
        private final InputStream body;
        private final Thread reader;
        private final Inbox opening = new Inbox();
        private volatile boolean ended;
        private volatile boolean left;

        Stream(InputStream body) {
            this.body = body;
            this.reader = Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                String event = "";
                for (String line = lines.readLine(); line != null && !left; line = lines.readLine()) {
                    if (line.isEmpty()) {
                        event = "";
                    } else if (line.startsWith("event: ")) {
                        event = line.substring("event: ".length());
                    } else if (line.startsWith("data: ")) {
                        onData(event, GatewayFixture.json(line.substring("data: ".length())));
                    }
                }
            } catch (IOException cut) {
                // Ended, however.
            } finally {
                ended = true;
            }
        }

        private void onData(String event, JsonNode data) {
            if (event.equals("control")) {
                inbox.addControl(data);
                opening.addControl(data);
            } else {
                inbox.add(new Update(data.path("channel").asText(), data.path("seq").asLong(), data.path("data")));
            }
        }

        void leave() {
            left = true;
            try {
                body.close();
                reader.join();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private HttpResponse<InputStream> request(Set<String> wanted, String rest) {
        String list = String.join(",",
                wanted.stream().map(each -> URLEncoder.encode(each, StandardCharsets.UTF_8)).toList());
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/events?channels=" + list + rest))
                .version(version).header("accept", "text/event-stream");
        if (token != null) {
            request.header("authorization", "Bearer " + token);
        }
        try {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            if (response.version() != version) {
                throw new AssertionError("wanted " + version + " but got " + response.version());
            }
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Opens a stream with these channels more, in place of the one there was. */
    @Override
    public Answer subscribe(String... more) {
        Set<String> wanted = new LinkedHashSet<>(channels);
        wanted.addAll(List.of(more));
        HttpResponse<InputStream> response = request(wanted, "");
        if (response.statusCode() != 200) {
            JsonNode refusal = errorOf(response);
            return new Answer(Map.of(), Map.of(more[0], refusal.path("code").asText()));
        }
        replace(response, wanted);
        return Answer.of(stream.opening.awaitControls("subscribed", 1).stream()
                .filter(each -> each.path("channels").findValuesAsText("channel").containsAll(wanted)).findFirst()
                .orElseGet(() -> stream.opening.awaitControls("subscribed", 2).getLast()));
    }

    @Override
    public void unsubscribe(String... fewer) {
        Set<String> wanted = new LinkedHashSet<>(channels);
        wanted.removeAll(List.of(fewer));
        if (wanted.isEmpty()) {
            close();
            channels.clear();
            return;
        }
        replace(request(wanted, ""), wanted);
        stream.opening.awaitControls("subscribed", 1);
    }

    private void replace(HttpResponse<InputStream> response, Set<String> wanted) {
        if (stream != null) {
            stream.leave();
        }
        channels.clear();
        channels.addAll(wanted);
        stream = new Stream(response.body());
    }

    @Override
    public String sendNonsense() {
        return errorOf(request(Set.of("price:a"), "&interval=soon")).path("code").asText();
    }

    private static JsonNode errorOf(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            return GatewayFixture.json(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public boolean isOpen() {
        return stream != null && !stream.ended;
    }

    @Override
    public void close() {
        if (stream != null) {
            stream.leave();
        }
    }
}
