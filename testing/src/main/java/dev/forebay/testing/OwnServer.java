package dev.forebay.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a parameter of type {@link dev.forebay.embedded.EmbeddedRedis} that is to be a server which
 * nobody else uses: for tests that stop, kill, fill or reconfigure it. It is closed after the test.
 *
 * <p>Within one test, parameters marked with the same attributes get the same server. For more
 * settings than these start one with {@code EmbeddedRedis.builder()}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface OwnServer {

  /** Whether it keeps an append-only file, so that data survives a kill. Off by default. */
  boolean appendOnly() default false;

  /** Its password. Empty, the default, means none. */
  String password() default "";
}
