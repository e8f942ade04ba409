package io.tickgate.loadtest.attack;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * One attacker: connection after connection, each attacked until the server ends it, until time is up. Runs on a thread of its own,
 * with another that reads; sends no more frames than it may.
 */
final class Assault implements Callable<AttackTally> {
    private static final int BATCH = 32;
    private static final int TIMEOUT_MS = 5_000;
    /** The last stream identifier of a client would come soon after. */
    private static final int MAX_REPETITIONS = 1 << 29;

    private final AttackKind kind;
    private final InetSocketAddress server;
    private final long deadlineNanos;
    private final long maxFrames;
    private final AttackTally tally = new AttackTally();
    private volatile Socket current;

    Assault(AttackKind kind, InetSocketAddress server, long deadlineNanos, long maxFrames) {
        this.kind = kind;
        this.server = server;
        this.deadlineNanos = deadlineNanos;
        this.maxFrames = maxFrames;
    }

    @Override
    public AttackTally call() throws IOException, InterruptedException {
        Thread closer = Thread.ofVirtual().start(this::closeInTime);
        while (hasTime()) {
            try (Socket socket = new Socket()) {
                current = socket;
                if (connect(socket)) {
                    attack(socket);
                }
            }
        }
        closer.interrupt();
        return tally;
    }

    /**
     * Whether there is a connection to attack. Time is looked at once more here, after the closer can see the socket: later nobody
     * would close it; and a connection that is cut because time is up while it is being made is no fault.
     */
    private boolean connect(Socket socket) throws IOException {
        try {
            if (hasTime()) {
                socket.connect(server, TIMEOUT_MS);
                return true;
            }
        } catch (IOException cut) {
            if (hasTime()) {
                throw cut;
            }
        }
        return false;
    }

    /** A server that neither reads nor closes doesn't hold the attack up. */
    private void closeInTime() {
        try {
            Thread.sleep(Duration.ofNanos(deadlineNanos - System.nanoTime()));
            Socket last = current;
            if (last != null) {
                last.close();
            }
        } catch (IOException | InterruptedException e) {
            // It has ended by itself.
        }
    }

    private boolean hasTime() {
        return System.nanoTime() < deadlineNanos && tally.frames() < maxFrames;
    }

    private void attack(Socket socket) throws IOException, InterruptedException {
        Ending ending = new Ending(socket);
        Thread reader = Thread.ofVirtual().start(ending);
        long before = tally.frames();
        try {
            OutputStream out = socket.getOutputStream();
            out.write(AttackKind.preface());
            send(out, ending);
        } catch (IOException cut) {
            // Somebody has closed it: the reader knows what the server said.
            reader.join();
        }
        socket.close();
        reader.join();
        if (ending.code < 0 && !hasTime()) {
            tally.unended();
        } else {
            tally.ended(ending.code, tally.frames() - before);
        }
    }

    private void send(OutputStream out, Ending ending) throws IOException {
        ByteBuffer batch = ByteBuffer.allocate(BATCH * AttackKind.MAX_BYTES);
        for (int n = 0; n < MAX_REPETITIONS && !ending.isOver() && hasTime();) {
            batch.clear();
            for (int i = 0; i < BATCH; i++, n++) {
                kind.append(batch, n);
            }
            out.write(batch.array(), 0, batch.position());
            tally.sent(BATCH * kind.frames());
        }
    }

    /** Reads what the server says until it says no more. */
    private static final class Ending implements Runnable {
        private final Socket socket;
        /** The GOAWAY's error code, -1 before it has come. */
        private volatile int code = -1;
        private volatile boolean over;

        Ending(Socket socket) {
            this.socket = socket;
        }

        boolean isOver() {
            return over || code >= 0;
        }

        @Override
        public void run() {
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
                while (code < 0) {
                    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                    int type = in.readUnsignedByte();
                    in.skipNBytes(5);
                    byte[] payload = in.readNBytes(length);
                    if (type == AttackKind.GOAWAY && length >= 8) {
                        code = ByteBuffer.wrap(payload).getInt(4);
                    }
                }
            } catch (IOException gone) {
                // Closed, by whomever.
            } finally {
                over = true;
            }
        }
    }
}
