package io.tickgate.gateway.admin;

import java.io.IOException;
import java.util.List;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBufUtil;

import io.tickgate.gateway.auth.AccessPolicy;
import io.tickgate.gateway.auth.PublishAccess;
import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerSink;
import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.model.ChannelName;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.MalformedMessage;
import io.tickgate.protocol.message.PublishRequest;

/** {@code POST /api/publish}: hands messages to the broker, as a backend with Redis would. Any loop. */
public final class PublishEndpoint implements Endpoint {
    private final AdminSettings settings;
    private final PublishAccess access;
    private final AccessPolicy policy;
    private final int maxPayloadBytes;
    private final Broker broker;

    /** @param maxPayloadBytes what every gateway behind the broker would drop if it were longer */
    public PublishEndpoint(AdminSettings settings, PublishAccess access, AccessPolicy policy, int maxPayloadBytes,
            Broker broker) {
        this.settings = settings;
        this.access = access;
        this.policy = policy;
        this.maxPayloadBytes = maxPayloadBytes;
        this.broker = broker;
    }

    @Override
    public String[] methods() {
        return new String[]{"POST"};
    }

    @Override
    public int maxBodyBytes() {
        return settings.maxPublishBytes();
    }

    @Override
    public void handle(Exchange exchange) {
        ErrorCode refusal = access.refusal(exchange.request().header("authorization"),
                exchange.request().header("origin"));
        if (refusal != null) {
            exchange.respond(Response.error(refusal, "publishing needs the API key"));
            return;
        }
        try {
            List<PublishRequest.Entry> entries = PublishRequest
                    .parse(ByteBufUtil.getBytes(exchange.body()), settings.maxPublishMessages()).entries();
            new Batch(exchange, entries.size()).publish(entries);
        } catch (MalformedMessage malformed) {
            exchange.respond(Response.error(400, malformed.code(), malformed.getMessage()));
        }
    }

    /** The messages of one request, answered once all are taken or refused. Owned by the request's loop. */
    private final class Batch {
        private final Exchange exchange;
        private final long[] seqs;
        private final ErrorCode[] failures;
        private int outstanding;

        Batch(Exchange exchange, int size) {
            this.exchange = exchange;
            this.seqs = new long[size];
            this.failures = new ErrorCode[size];
            this.outstanding = size;
        }

        void publish(List<PublishRequest.Entry> entries) {
            if (entries.isEmpty()) {
                answer();
            }
            for (int i = 0; i < entries.size(); i++) {
                switch (entries.get(i)) {
                    case PublishRequest.Refused refused -> taken(i, refused.code());
                    case PublishRequest.Message message -> publish(i, message);
                }
            }
        }

        private void publish(int index, PublishRequest.Message message) {
            if (!ChannelName.isValid(message.channel())) {
                taken(index, ErrorCode.BAD_CHANNEL);
                return;
            }
            if (policy.kindOf(message.channel()) == null) {
                taken(index, ErrorCode.FORBIDDEN);
                return;
            }
            if (message.payload().length > maxPayloadBytes) {
                taken(index, ErrorCode.BAD_REQUEST);
                return;
            }
            broker.publish(message.channel(), message.payload()).whenCompleteAsync((seq, failure) -> {
                boolean refused = failure == null && seq == BrokerSink.REFUSED;
                if (failure == null && !refused) {
                    seqs[index] = seq;
                }
                taken(index, failure != null ? ErrorCode.UNAVAILABLE : refused ? ErrorCode.BAD_REQUEST : null);
            }, exchange.loop());
        }

        private void taken(int index, ErrorCode failure) {
            failures[index] = failure;
            if (--outstanding == 0) {
                answer();
            }
        }

        private void answer() {
            exchange.respond(Response.json(200, JsonBody.of(this::write)));
        }

        private void write(JsonGenerator json) throws IOException {
            int published = 0;
            for (ErrorCode failure : failures) {
                published += failure == null ? 1 : 0;
            }
            json.writeNumberField("published", published);
            json.writeArrayFieldStart("failed");
            for (int i = 0; i < failures.length; i++) {
                if (failures[i] != null) {
                    json.writeStartObject();
                    json.writeNumberField("index", i);
                    json.writeStringField("code", failures[i].word());
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            writeSeqs(json);
        }

        /** Only the embedded broker knows the order at once: of one message a number, of several an array by index. */
        private void writeSeqs(JsonGenerator json) throws IOException {
            if (!broker.isEmbedded()) {
                return;
            }
            if (seqs.length == 1) {
                json.writeNumberField("seq", seqs[0]);
                return;
            }
            json.writeArrayFieldStart("seq");
            for (long seq : seqs) {
                json.writeNumber(seq);
            }
            json.writeEndArray();
        }
    }
}
