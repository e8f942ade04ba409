/** WebSocket frames and the opening handshake's values (RFC 6455), without any I/O. */
package io.tickgate.protocol.websocket;
