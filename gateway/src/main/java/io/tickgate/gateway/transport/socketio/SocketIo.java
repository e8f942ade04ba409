package io.tickgate.gateway.transport.socketio;

import io.tickgate.gateway.http.Request;

/** Socket.IO over the Engine.IO connections of one loop. Owned by that loop. */
final class SocketIo implements EngineApplication {
    private final EngineLoop loop;
    private final SocketIoService service;

    SocketIo(EngineLoop loop, SocketIoService service) {
        this.loop = loop;
        this.service = service;
    }

    @Override
    public EngineListener accept(EngineConnection connection, Request handshake) {
        return new SocketIoConnection(connection, loop, service, handshake);
    }

    @Override
    public boolean tick() {
        return service.tick();
    }
}
