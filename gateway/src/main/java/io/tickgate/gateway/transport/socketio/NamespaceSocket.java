package io.tickgate.gateway.transport.socketio;

import java.util.List;

import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.MalformedMessage;
import io.tickgate.protocol.socketio.SocketPacket;

/** A client's stay in one namespace. Owned by the connection's loop. */
interface NamespaceSocket {

    /** The namespace's name. */
    String namespace();

    /** Whether the client has been let in. */
    boolean isConnected();

    /**
     * @param attachments what the placeholders among the arguments stand for, by their numbers
     * @throws MalformedMessage if the client broke the protocol with it
     */
    void onEvent(SocketPacket.Event event, List<byte[]> attachments) throws MalformedMessage;

    /** Whether anything was asked that this answers is not known yet. */
    void onAck(SocketPacket.Ack ack, List<byte[]> attachments);

    /** Another link carries the connection from now on. */
    default void onMoved() {}

    /** What was pending has gone to the client. */
    default void onDrained() {}

    /**
     * The client is gone.
     *
     * @param mayComeBack whether it may want to go on, rather than having said that it leaves
     */
    void left(boolean mayComeBack);

    /** The gateway ends the stay. */
    void disconnect(Disconnect reason);
}
