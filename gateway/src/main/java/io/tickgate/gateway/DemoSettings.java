package io.tickgate.gateway;

import io.tickgate.gateway.model.Setting;

/**
 * Whether the gateway feeds itself. Immutable.
 *
 * @param demo null where nobody said
 */
public record DemoSettings(
        @Setting("Whether made-up prices, orders of user demo and log lines are published; if not said, only without Redis") Boolean demo) {

    /** @param redisConfigured whether publications come from somewhere else */
    public boolean isOn(boolean redisConfigured) {
        return demo == null ? !redisConfigured : demo;
    }
}
