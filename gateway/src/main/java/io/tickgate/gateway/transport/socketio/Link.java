package io.tickgate.gateway.transport.socketio;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.message.Disconnect;

/** What carries a connection's packets to its client at the moment. Owned by the connection's loop. */
sealed interface Link permits PollingLink, WebSocketLink {

    /** How events are carried. */
    EventFormat.Carriage carriage();

    /** Writes updates that are in the format of this link and may be shared; copied or retained as needed. */
    void write(ByteBuf events);

    /** Writes one packet. */
    void write(byte[] packetText);

    /** Writes a binary message. */
    void writeBinary(byte[] message);

    /** Sends what was written, if the client can take it now. */
    void flush();

    /** Bytes written and not yet sent. */
    long pendingBytes();

    /** Whether what was flushed leaves only some time later. */
    boolean isDelayed();

    /**
     * Ends the link from our side; what is pending goes first where it can.
     *
     * @return whether nothing is left that the client could still fetch
     */
    boolean close(Disconnect reason);

    /**
     * The client has ended the connection.
     *
     * @return whether no request is left that may be on its way
     */
    boolean left();
}
