package io.tickgate.gateway.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says that a test, or any of a class, makes the gateway log warnings or errors; all others fail {@link LeakCheck}. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface ExpectedLog {
    /** Regular expressions, one of which is found in the message of each expected event. */
    String[] value();
}
