package dev.forebay.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a parameter that is to be a server which nobody else uses: for tests that stop, kill, fill or
 * reconfigure it. It is closed after the test. Its type says what it is:
 *
 * <ul>
 *   <li>{@link dev.forebay.embedded.EmbeddedRedis}: one server;
 *   <li>{@link dev.forebay.embedded.EmbeddedSentinel} or {@link
 *       dev.forebay.embedded.EmbeddedCluster}: a set, which takes some 3 s to start;
 *   <li>{@link FaultProxy}: a proxy before the one server.
 * </ul>
 *
 * <p>Within one test, parameters of one type marked with the same attributes get the same one. For
 * more settings than these start one with its {@code builder()}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface OwnServer {

  /** Whether it keeps an append-only file, so that data survives a kill. Off by default. */
  boolean appendOnly() default false;

  /** Its password; that of the data nodes in a set. Empty, the default, means none. */
  String password() default "";
}
