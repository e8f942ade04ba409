package io.tickgate.gateway.http;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;

/** Header fields as one HTTP version's codec holds them. Names are given in lower case. */
sealed interface HeaderFields {

    /** The first value or null. */
    String first(String name);

    /** All values; empty if none. */
    List<String> all(String name);

    /** Of HTTP/1.x. */
    record OfHttp1(HttpHeaders headers) implements HeaderFields {
        @Override
        public String first(String name) {
            return headers.get(name);
        }

        @Override
        public List<String> all(String name) {
            return headers.getAll(name);
        }
    }

    /** Of HTTP/2, whose {@code :authority} stands for Host (RFC 9113 §8.3.1). */
    record OfHttp2(Http2Headers headers) implements HeaderFields {
        @Override
        public String first(String name) {
            CharSequence value = headers.get(name);
            if (value == null && name.equals("host")) {
                value = headers.authority();
            }
            return value == null ? null : value.toString();
        }

        @Override
        public List<String> all(String name) {
            return headers.getAll(name).stream().map(CharSequence::toString).toList();
        }
    }
}
