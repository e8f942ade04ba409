package io.tickgate.gateway.hub;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.MessageEncoder;
import io.tickgate.protocol.message.ServerMessage;

/** Where a session's bytes leave for a kernel that takes as many as the test says; what it took is received, line by line. */
abstract sealed class HandTurnedOutlet implements Outlet permits HandTurnedHub.Client {
    final List<String> received = new ArrayList<>();
    /** Lines on their way, and how many bytes of each are still to be taken. */
    private final ArrayDeque<Line> onTheWay = new ArrayDeque<>();
    private final LineFormat format;
    int flushes;
    int writes;
    /** Bytes of the longest write. */
    int longestWrite;
    /** The most bytes that were ever pending. */
    long mostPending;
    /** Bytes that were pending when the connection ended. */
    long lostBytes;
    /** Whether some bytes are pending all the time, as with polling. */
    boolean delayed;
    /** Whether what it has not taken at its end is lost. */
    boolean fetched;
    /** Whether every call of the outlet fails, as none should. */
    boolean broken;
    /** Done whenever a message is sent. */
    Runnable onSend = () -> {};
    Disconnect closed;
    private long pendingBytes;
    /** How many bytes the kernel takes before it is full. */
    private long room = Long.MAX_VALUE;

    HandTurnedOutlet(LineFormat format, boolean broken) {
        this.format = format;
        this.broken = broken;
    }

    /** The kernel has taken all that was pending since the client reads again. */
    abstract void onDrained();

    /** What came since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    /** The seqs of the updates that came since the last call. */
    List<Long> takeSeqs() {
        return take().stream().filter(line -> !line.contains("\"op\"") && line.contains("\"seq\""))
                .map(line -> Long.parseLong(line.replaceAll(".*\"seq\":(\\d+).*", "$1"))).toList();
    }

    /** The kernel takes nothing. */
    final void stopReading() {
        room = 0;
    }

    /** The kernel takes so many bytes more, and no others. */
    void read(long bytes) {
        room = bytes;
        boolean hadPending = pendingBytes > 0;
        flow();
        if (hadPending && pendingBytes == 0) {
            onDrained();
        }
    }

    /** Reads everything again. */
    void readAll() {
        read(Long.MAX_VALUE);
    }

    final void forgetPending() {
        lostBytes += pendingBytes;
        onTheWay.clear();
        pendingBytes = 0;
    }

    private void out(String line, long bytes) {
        pendingBytes += bytes;
        onTheWay.add(new Line(line, bytes));
        flow();
    }

    private void flow() {
        while (!onTheWay.isEmpty() && room >= onTheWay.peek().bytes) {
            Line line = onTheWay.poll();
            took(line.bytes);
            received.add(line.text);
        }
        if (!onTheWay.isEmpty() && room > 0) {
            Line cut = onTheWay.poll();
            onTheWay.addFirst(new Line(cut.text, cut.bytes - room));
            took(room);
        }
        mostPending = Math.max(mostPending, pendingBytes);
    }

    private void took(long bytes) {
        pendingBytes -= bytes;
        room -= room == Long.MAX_VALUE ? 0 : bytes;
    }

    private record Line(String text, long bytes) {}

    @Override
    public WireFormat format() {
        return format;
    }

    private void failIfBroken() {
        if (broken) {
            throw new IllegalStateException("the outlet is broken");
        }
    }

    @Override
    public void write(ByteBuf encoded) {
        failIfBroken();
        writes++;
        longestWrite = Math.max(longestWrite, encoded.readableBytes());
        for (String line : encoded.toString(StandardCharsets.UTF_8).split("\n")) {
            out(line, line.length() + 1);
        }
    }

    @Override
    public void send(ServerMessage message) {
        failIfBroken();
        onSend.run();
        String line = new String(MessageEncoder.encode(message), StandardCharsets.UTF_8);
        out(line, line.length() + 1);
    }

    @Override
    public void heartbeat(long timeMs) {
        failIfBroken();
        out("heartbeat", 10);
    }

    @Override
    public void reached(long number) {
        if (format.numbered()) {
            out("id:" + number, 10);
        }
    }

    @Override
    public void flush() {
        failIfBroken();
        flushes++;
    }

    @Override
    public long pendingBytes() {
        return pendingBytes;
    }

    @Override
    public boolean isFlushDue() {
        return delayed || pendingBytes() > 0;
    }

    @Override
    public boolean isDelayed() {
        return delayed;
    }

    @Override
    public boolean isFetched() {
        return fetched;
    }

    @Override
    public void close(Disconnect reason) {
        closed = reason;
        forgetPending();
        failIfBroken();
    }
}
