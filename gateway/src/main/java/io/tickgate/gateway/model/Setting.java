package io.tickgate.gateway.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Documents one component of a settings record where it is declared; flags, environment, file and the README's table are
 * made from it. The key is the component's name unless {@link #key()} says otherwise: {@code outboundHighWatermarkBytes} is
 * the flag {@code --outbound-high-watermark-bytes}, the variable {@code TICKGATE_OUTBOUND_HIGH_WATERMARK_BYTES} and the same
 * key in the file. Lists are separated by commas, in the file they may be sequences too.
 */
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {
    /** What it means, with its unit and range, as one sentence for an operator. */
    String value();

    /** The preset, written as it would be on the command line; empty means none. */
    String preset() default "";

    /** The key where Java reserves the word, e.g. {@code public}; empty means the component's name. */
    String key() default "";

    /** A second variable of the environment that is read too, e.g. {@code REDIS_URL}. */
    String env() default "";
}
