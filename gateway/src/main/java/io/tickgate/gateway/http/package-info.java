/**
 * The port: listener, protocol detection, TLS, HTTP/1.1 and HTTP/2, brought to one {@link io.tickgate.gateway.http.Exchange}
 * that the transports are given.
 */
package io.tickgate.gateway.http;
