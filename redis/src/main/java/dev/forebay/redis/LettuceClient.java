package dev.forebay.redis;

import dev.forebay.redis.RedisAddress.Node;
import dev.forebay.redis.RedisAddress.Topology;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How every topology configures Lettuce. */
final class LettuceClient {

  static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  static final int REQUEST_QUEUE_SIZE = 16_384;

  private LettuceClient() {}

  static Connector connectorFor(RedisSettings settings, Workload workload) {
    return settings.addressOf(workload).topology() == Topology.CLUSTER
        ? new ClusterConnector(settings, workload)
        : new SingleConnector(settings, workload);
  }

  static ClientResources resources(NettyCustomizer customizer) {
    return DefaultClientResources.builder()
        .nettyCustomizer(customizer)
        .ioThreadPoolSize(2)
        .computationThreadPoolSize(2)
        // Where Lettuce itself makes connections anew, to the nodes of a cluster; its own default
        // waits up to 30 s.
        .reconnectDelay(() -> Delay.equalJitter(
            Duration.ofMillis(50), Duration.ofSeconds(1), 50, TimeUnit.MILLISECONDS))
        .build();
  }

  /**
   * Completes options that are common to all topologies. Commands are rejected while disconnected:
   * Lettuce then also fails those that were under way when a connection broke, instead of sending
   * them again. Time-outs are the waiting caller's, not a timer's for each command.
   */
  static <B extends ClientOptions.Builder> B common(B builder, RedisSettings settings) {
    builder
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(REQUEST_QUEUE_SIZE)
        .socketOptions(SocketOptions.builder()
            .connectTimeout(settings.connectTimeout())
            .keepAlive(true)
            .tcpNoDelay(true)
            .build())
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build());
    settings
        .tlsCertificates()
        .ifPresent(file -> builder.sslOptions(
            SslOptions.builder().jdkSslProvider().trustManager(file.toFile()).build()));
    return builder;
  }

  /**
   * Closes connections and ends threads, also when the calling thread is interrupted. Blocks for 1.5
   * seconds at most.
   */
  static void shutDown(AbstractRedisClient client, ClientResources resources) {
    // Lettuce's waiting throws on an interrupt and would leave the rest of its threads running.
    boolean interrupted = Thread.interrupted();
    try {
      client.shutdown(Duration.ZERO, Duration.ofMillis(750));
    } finally {
      resources
          .shutdown(0, 750, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(750, TimeUnit.MILLISECONDS);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns the address of a standalone server, or of a master by way of its sentinels. */
  static RedisURI single(RedisSettings settings, RedisAddress address) {
    RedisURI uri;
    if (address.topology() == Topology.SENTINEL) {
      RedisURI.Builder builder =
          RedisURI.builder().withSentinelMasterId(address.master().orElseThrow());
      for (Node sentinel : address.nodes()) {
        builder.withSentinel(sentinel.host(), sentinel.port());
      }
      uri = builder.build();
      uri.getSentinels().forEach(sentinel -> {
        sentinel.setSsl(address.tls());
        sentinel.setTimeout(settings.connectTimeout());
      });
    } else {
      uri = node(address.nodes().get(0));
    }
    return complete(uri, settings, address);
  }

  /** Returns the addresses of the seed nodes of a cluster. */
  static List<RedisURI> seeds(RedisSettings settings, RedisAddress address) {
    return address.nodes().stream()
        .map(node -> complete(node(node), settings, address))
        .toList();
  }

  private static RedisURI node(Node node) {
    return RedisURI.create(node.host(), node.port());
  }

  private static RedisURI complete(RedisURI uri, RedisSettings settings, RedisAddress address) {
    uri.setTimeout(settings.connectTimeout());
    uri.setSsl(address.tls());
    uri.setDatabase(address.database());
    address
        .password()
        .ifPresent(password -> uri.setCredentialsProvider(new StaticCredentialsProvider(
            address.username().orElse(null), password.toCharArray())));
    return uri;
  }
}
