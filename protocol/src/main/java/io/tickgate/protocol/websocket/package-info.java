/** WebSocket frames and the opening handshake's values (RFC 6455, 7692), without any I/O. */
package io.tickgate.protocol.websocket;
