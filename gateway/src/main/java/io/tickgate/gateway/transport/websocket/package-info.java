/** Tickgate's own JSON protocol over WebSocket: {@code GET /ws}. */
package io.tickgate.gateway.transport.websocket;
