package dev.forebay.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a real Redis; see {@link RedisExtension} for what can be injected. On a
 * method it counts instead of the one on the class. To run a suite on every topology, extend its
 * class with one for each that only carries this annotation.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(RedisExtension.class)
public @interface RedisTest {

  /** What a {@link RedisNamespace} is a part of. By default one server. */
  Topology value() default Topology.STANDALONE;
}
