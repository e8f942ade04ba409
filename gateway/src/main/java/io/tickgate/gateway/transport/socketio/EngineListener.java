package io.tickgate.gateway.transport.socketio;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.message.Disconnect;

/** What one Engine.IO connection carries. Called on the connection's loop; buffers are valid during the call only. */
interface EngineListener {

    /** The client has been told its handshake; what is written here goes with it. */
    void onOpen();

    /** A text message. */
    void onText(ByteBuf text);

    void onBinary(ByteBuf bytes);

    /** Another link carries the connection from now on. */
    default void onMoved() {}

    /** What was pending has gone to the client. */
    default void onDrained() {}

    /** The gateway has ended the connection, by whatever part of it; the last call. */
    void onEnd(Disconnect reason);

    /** The client is gone, or has said that it goes; the last call. */
    void onLeft();
}
