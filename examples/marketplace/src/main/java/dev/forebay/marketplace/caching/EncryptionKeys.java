package dev.forebay.marketplace.caching;

import dev.forebay.redis.KeyRing;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The keys of encrypted caches: those of the environment, or one that is made for this run and never leaves it. */
@Configuration(proxyBeanMethods = false)
class EncryptionKeys {

  private static final Logger log = LoggerFactory.getLogger(EncryptionKeys.class);
  private static final int SECRET_BYTES = 32;
  private static final int IDS = 255;

  @Bean
  KeyRing keyRing(Environment environment) {
    String keys = environment.getProperty(KeyRing.SETTING, "");
    return keys.isBlank() ? madeForThisRun() : KeyRing.parse(keys);
  }

  private static KeyRing madeForThisRun() {
    log.info(
        "{} is not set: saved cards are encrypted in Redis by a key made for this run. Set it to \"1:$(openssl rand -base64 32)\" where instances share a Redis",
        KeyRing.SETTING);
    SecureRandom random = new SecureRandom();
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    // By its id each run knows that it cannot read what most others wrote, which is a miss and no
    // damage.
    return KeyRing.builder().key(1 + random.nextInt(IDS), secret).build();
  }
}
