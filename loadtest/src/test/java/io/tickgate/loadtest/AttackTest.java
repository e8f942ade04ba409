package io.tickgate.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.tickgate.loadtest.attack.AttackKind;

/** The command {@code attack} against a server that ends it, or not. */
class AttackTest {
    private static final int PREFACE_BYTES = 24;
    private static final int LIMIT = 200;
    /** A GOAWAY with ENHANCE_YOUR_CALM. */
    private static final byte[] CALM_DOWN = {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11};

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return LoadtestCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** Takes so many frames of a connection and tells it to calm down; with no limit it takes all. */
    private static void serve(ServerSocket listener, int limit) {
        try {
            while (true) {
                try (Socket socket = listener.accept()) {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    in.skipNBytes(PREFACE_BYTES);
                    for (int frames = 0; frames < limit; frames++) {
                        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                        in.skipNBytes(6 + length);
                    }
                    socket.getOutputStream().write(CALM_DOWN);
                    socket.shutdownOutput();
                    in.skip(Long.MAX_VALUE);
                } catch (IOException gone) {
                    if (listener.isClosed()) {
                        return;
                    }
                }
            }
        } finally {
            assertThat(listener.isClosed()).isTrue();
        }
    }

    private int attack(AttackKind kind, int limit, String... more) throws IOException {
        return attack(kind, "700ms", limit, more);
    }

    private int attack(AttackKind kind, String duration, int limit, String... more) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(listener, limit));
            String[] arguments = {"attack", "--kind", kind.toString(), "--url",
                    "http://127.0.0.1:" + listener.getLocalPort(), "--duration", duration};
            String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
            System.arraycopy(more, 0, all, arguments.length, more.length);
            return run(all);
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysHowTheServerEndsIt(AttackKind kind) throws IOException {
        assertThat(attack(kind, LIMIT)).as(err.toString()).isZero();
        assertThat(out.toString()).containsPattern("ENHANCE_YOUR_CALM +[1-9]").doesNotContain("no GOAWAY");
        Matcher min = Pattern.compile("min ([0-9,]+)").matcher(out.toString());
        assertThat(min.find()).isTrue();
        assertThat(Integer.parseInt(min.group(1).replace(",", ""))).isGreaterThanOrEqualTo(LIMIT - 1);
    }

    /** Each connection ends after one frame, so that time is often up just when another is being made. */
    @RepeatedTest(100)
    void endsWhenTimeIsUpWhileItConnects() throws IOException {
        assertThat(attack(AttackKind.PING, "20ms", 1)).as(err.toString()).isLessThanOrEqualTo(1);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void saysThatTheServerDoesNotEndIt() throws IOException {
        assertThat(attack(AttackKind.PING, Integer.MAX_VALUE)).isEqualTo(1);
        assertThat(out.toString()).contains("connections           1, 0 of them ended");
    }

    @Test
    void sendsNoMoreThanItMay() throws IOException {
        attack(AttackKind.PING, Integer.MAX_VALUE, "--frames", "64");
        assertThat(out.toString()).contains("frames sent           64");
    }

    @Test
    void attacksNobodyElse() {
        assertThat(run("attack", "--kind", "ping", "--url", "http://192.0.2.1:80")).isEqualTo(2);
        assertThat(err.toString()).contains("loopback");
    }
}
