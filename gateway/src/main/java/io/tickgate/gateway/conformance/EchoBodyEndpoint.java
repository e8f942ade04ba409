package io.tickgate.gateway.conformance;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;

/** Answers any request with its own body, or with a word where it has none: suites want to see some bytes come back. */
public final class EchoBodyEndpoint implements Endpoint {
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final byte[] WORD = "nothing to echo".getBytes(StandardCharsets.US_ASCII);

    @Override
    public String[] methods() {
        return new String[]{ANY_METHOD};
    }

    @Override
    public int maxBodyBytes() {
        return MAX_BODY_BYTES;
    }

    @Override
    public void handle(Exchange exchange) {
        ByteBuf body = exchange.body();
        byte[] echoed = body.isReadable() ? ByteBufUtil.getBytes(body) : WORD;
        exchange.respond(Response.of(200).header("content-type", "application/octet-stream")
                .header("cache-control", "no-store").body(echoed));
    }
}
