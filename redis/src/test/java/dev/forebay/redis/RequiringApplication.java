package dev.forebay.redis;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An application that requires Redis, with the handler that it has by default. */
final class RequiringApplication {

  private RequiringApplication() {}

  // The one argument is the address of Redis.
  public static void main(String[] arguments) throws InterruptedException {
    Redis.connect(RedisSettings.builder()
        .uri(arguments[0])
        .availability(Availability.REQUIRED)
        .reconnectAttempts(4)
        .build());
    System.out.println("connected");
    var unused = new CountDownLatch(1).await(1, TimeUnit.MINUTES);
  }
}
