package io.tickgate.gateway.web;

import java.util.List;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

import io.tickgate.gateway.GatewayFixture;

/** npm's socket.io-client recovers its sessions by itself, whatever happens to its connection. */
final class SocketIoRecoveryIT {
    private static final int RECOVERY_MS = 5_000;

    /** What the script is told. */
    private record Told(String url, String apiKey, String jwtSecret, String run, int recoveryMs) {}

    @TestFactory
    List<DynamicNode> passWithOneLoop() {
        return runAll(1);
    }

    @TestFactory
    List<DynamicNode> passWithThreeLoops() {
        return runAll(3);
    }

    private static List<DynamicNode> runAll(int loops) {
        return OutsideProgram.testsInNode(() -> {
            try (GatewayFixture gateway = ClientRun.gateway(loops, "", "--socket-io-recovery-ms",
                    String.valueOf(RECOVERY_MS))) {
                ClientRun run = ClientRun.of("recovery", gateway);
                Told told = new Told(run.url(), run.apiKey(), run.jwtSecret(), run.run(), RECOVERY_MS);
                return OutsideRun.client("recovery.mjs", told).runAsTests("socket.io-client");
            }
        });
    }
}
