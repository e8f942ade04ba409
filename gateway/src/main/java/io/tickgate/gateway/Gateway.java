package io.tickgate.gateway;

import java.util.concurrent.CountDownLatch;

/** Stands where the composition comes: says what it was told and waits to be ended. */
final class Gateway {
    private Gateway() {}

    static void start(GatewaySettings settings) throws InterruptedException {
        System.out.println(settings);
        new CountDownLatch(1).await();
    }
}
