package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.tickgate.protocol.message.ErrorCode;

/**
 * A response's status, headers and body. Built and sent on one thread; names in lower case (RFC 9113 §8.2).
 */
public final class Response {
    private final int status;
    private final List<String> headers = new ArrayList<>(8);
    private byte[] body = {};
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
}
