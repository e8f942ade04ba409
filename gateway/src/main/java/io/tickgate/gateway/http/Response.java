package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.tickgate.protocol.compress.Coding;
import io.tickgate.protocol.message.ErrorCode;

/**
 * A response's status, headers and body. Built and sent on one thread; names in lower case (RFC 9113 §8.2).
 */
public final class Response {
    /** Below it the head is most of the response, and all of it one packet. */
    static final int MIN_COMPRESSED_BYTES = 1_024;
    /**
     * Above it compressing would hold up all other clients of the loop: gzip, the slowest, takes 2.5 ms for so much. What is held
     * for a poll, preset 256 KiB, is within.
     */
    static final int MAX_COMPRESSED_BYTES = 512 * 1_024;

    private static final List<String> COMPRESSIBLE_TYPES = List.of("text/", "application/json",
            "application/javascript", "image/svg+xml");

    /** zstd makes the fewest bytes of 2 to 50 KB of JSON and takes the least time; Brotli comes next. */
    private static final List<Coding> QUICK = List.of(Coding.ZSTD, Coding.BROTLI, Coding.GZIP);
    /** Of scripts and styles Brotli makes the fewest bytes, and who has all the time needs look at nothing else. */
    private static final List<Coding> THOROUGH = List.of(Coding.BROTLI, Coding.ZSTD, Coding.GZIP);

    private final int status;
    private final List<String> headers = new ArrayList<>(8);
    private byte[] body = {};
    /** Where the body comes from, if it's that of other responses too. */
    private SharedBody shared;
    /** What the client has, if this says that it has it. */
    private Response whole;
    private boolean comesRightAgain;

    private Response(int status) {
        this.status = status;
    }

    public static Response of(int status) {
        return new Response(status);
    }

    public static Response text(int status, String text) {
        return of(status).header("content-type", "text/plain; charset=utf-8")
                .body(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Response json(int status, byte[] json) {
        return of(status).header("content-type", "application/json").body(json);
    }

    /** The contract's error body. */
    public static Response error(int status, ErrorCode code, String message) {
        return error(status, code.word(), message);
    }

    static Response error(int status, String code, String message) {
        // Both are our own words: nothing in them needs escaping.
        String json = "{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}";
        return json(status, json.getBytes(StandardCharsets.UTF_8));
    }

    public static Response error(ErrorCode code, String message) {
        return error(code.httpStatus(), code, message);
    }

    /**
     * Says that the client has what it would be given: 304, with the headers that the whole response had, but for those that
     * describe its body (RFC 9110 §15.4.5).
     */
    public static Response notModified(Response whole) {
        Response response = of(304);
        response.whole = whole;
        for (int i = 0; i < whole.headers.size(); i += 2) {
            if (!whole.headers.get(i).equals("content-type")) {
                response.header(whole.headers.get(i), whole.headers.get(i + 1));
            }
        }
        return response;
    }

    /** @throws IllegalArgumentException if the value has a line break, which would begin another header */
    public Response header(String lowerCaseName, String value) {
        if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("line break in the value of response header " + lowerCaseName);
        }
        headers.add(lowerCaseName);
        headers.add(value);
        return this;
    }

    public Response body(byte[] bytes) {
        this.body = bytes;
        return this;
    }

    /** The body that other responses have too. */
    public Response body(SharedBody content) {
        shared = content;
        return body(content.bytes());
    }

    /** Says that this client asks again at once, and loses something if it can't: a planned stop leaves it its connection. */
    public Response comesRightAgain() {
        comesRightAgain = true;
        return this;
    }

    boolean isComingRightAgain() {
        return comesRightAgain;
    }

    public int status() {
        return status;
    }

    /** Names and values in turn. */
    public List<String> headers() {
        return headers;
    }

    public byte[] body() {
        return body;
    }

    // Content coding.

    /** Whether clients that accept a content coding get it in one, and others a body that a cache must not give to them. */
    boolean isCompressible() {
        Response content = whole == null ? this : whole;
        int bytes = content.body.length;
        return bytes >= MIN_COMPRESSED_BYTES && bytes <= MAX_COMPRESSED_BYTES
                && content.value("content-encoding") == null && hasCompressibleType(content.value("content-type"));
    }

    private static boolean hasCompressibleType(String type) {
        if (type == null) {
            return false;
        }
        String lower = type.toLowerCase(Locale.ROOT);
        return COMPRESSIBLE_TYPES.stream().anyMatch(lower::startsWith);
    }

    private String value(String name) {
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.get(i).equals(name)) {
                return headers.get(i + 1);
            }
        }
        return null;
    }

    /** The codings it may have, best first. */
    List<Coding> codings() {
        return shared == null ? QUICK : THOROUGH;
    }

    /**
     * The same with its body in a coding; a new one, since many may share this. Its bytes are others, so an entity tag holds for it
     * only as a weak one (RFC 9110 §8.8.3.3).
     */
    Response in(Coding coding, ResponseEncoder encoder) {
        Response coded = of(status);
        for (int i = 0; i < headers.size(); i += 2) {
            String name = headers.get(i);
            String value = headers.get(i + 1);
            coded.header(name, name.equals("etag") && !value.startsWith("W/") ? "W/" + value : value);
        }
        if (whole == null) {
            coded.header("content-encoding", coding.token())
                    .body(shared == null ? encoder.encode(body, coding) : shared.in(coding));
        }
        coded.comesRightAgain = comesRightAgain;
        return coded;
    }
}
