/** Socket.IO protocols 4 and 5: packets in, and the text of packets out, each with the 4 that makes it an Engine.IO message. */
package io.tickgate.protocol.socketio;
