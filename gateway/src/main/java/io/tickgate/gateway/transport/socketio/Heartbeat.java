package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.message.Disconnect;

/** How a connection finds out that its client is gone. Owned by the connection's loop. */
sealed interface Heartbeat {

    void start();

    /** @return whether clients may ask */
    boolean onPing(ByteBuf data);

    /** @return whether clients are asked */
    boolean onPong();

    /** Any packet of the client. */
    void onPacket();

    void stop();

    /** Engine.IO 4: the gateway asks and the client answers. */
    final class OfGateway implements Heartbeat {
        private static final byte[] PING = {'2'};

        private final EngineConnection engine;
        private final EngineLoop loop;
        private final Deadline deadline = new Deadline(this::due);
        private boolean awaitingPong;

        OfGateway(EngineConnection engine, EngineLoop loop) {
            this.engine = engine;
            this.loop = loop;
        }

        private void due() {
            if (awaitingPong) {
                engine.end(Disconnect.HEARTBEAT);
            } else {
                awaitingPong = true;
                loop.awaitPong(deadline);
                engine.say(PING);
            }
        }

        @Override
        public void start() {
            loop.awaitPing(deadline);
        }

        @Override
        public boolean onPing(ByteBuf data) {
            return false;
        }

        @Override
        public boolean onPong() {
            awaitingPong = false;
            loop.awaitPing(deadline);
            return true;
        }

        @Override
        public void onPacket() {}

        @Override
        public void stop() {
            loop.cancel(deadline);
        }
    }

    /** Engine.IO 3: the client asks, and must not be silent for longer than it takes to ask and to be answered. */
    final class OfClient implements Heartbeat {
        private final EngineConnection engine;
        private final EngineLoop loop;
        private final Deadline silence;

        OfClient(EngineConnection engine, EngineLoop loop) {
            this.engine = engine;
            this.loop = loop;
            silence = new Deadline(() -> engine.end(Disconnect.HEARTBEAT));
        }

        @Override
        public void start() {
            loop.awaitAnything(silence);
        }

        @Override
        public boolean onPing(ByteBuf data) {
            engine.say(("3" + data.toString(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
            return true;
        }

        @Override
        public boolean onPong() {
            return false;
        }

        @Override
        public void onPacket() {
            loop.awaitAnything(silence);
        }

        @Override
        public void stop() {
            loop.cancel(silence);
        }
    }
}
