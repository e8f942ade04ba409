package io.tickgate.gateway.transport.socketio;

import io.tickgate.gateway.concurrent.DeadlineQueue;

/** Something that one connection does when its time has come. Owned by the connection's loop. */
final class Deadline extends DeadlineQueue.Entry<Deadline> {
    private final Runnable onDue;

    Deadline(Runnable onDue) {
        this.onDue = onDue;
    }

    void onDue() {
        onDue.run();
    }
}
