/** Socket.IO 5 over Engine.IO 4: {@code /socket.io/}, by polling, by WebSocket, and by the upgrade from one to the other. */
package io.tickgate.gateway.transport.socketio;
