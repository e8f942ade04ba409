package io.tickgate.gateway.http;

/**
 * How a connection goes on as WebSocket.
 *
 * @param subprotocol to be named in the answer, or null
 * @param maxMessageBytes a larger inbound message is refused with 1009, a deflated one as soon as it has inflated to more
 * @param deflate whether permessage-deflate may be agreed, if the client offers it
 */
public record WebSocketOptions(String subprotocol, int maxMessageBytes, boolean deflate) {}
