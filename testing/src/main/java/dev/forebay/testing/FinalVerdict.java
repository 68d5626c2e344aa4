package dev.forebay.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests whose failure is final. A build may run a test again that failed, and take it for a
 * flake if it passes then; a wrong reply or a lost wake-up that is seen once in hours would pass so.
 * Once an assertion of a marked test has failed or its time was over, it fails again in the same JVM
 * without being run. Other failures, of a server that did not start say, are not final.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(FinalVerdictExtension.class)
public @interface FinalVerdict {}
