package dev.forebay.redis;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An application that requires Redis, with the handler that it has by default. */
final class RequiringApplication {

  private RequiringApplication() {}

  // The arguments are the address of Redis and the number of attempts.
  public static void main(String[] arguments) throws InterruptedException {
    Redis.connect(RedisSettings.builder()
        .uri(arguments[0])
        .availability(Availability.REQUIRED)
        .reconnectAttempts(Integer.parseInt(arguments[1]))
        .build());
    System.out.println("connected");
    var unused = new CountDownLatch(1).await(1, TimeUnit.MINUTES);
  }
}
