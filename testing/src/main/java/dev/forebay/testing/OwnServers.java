package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.embedded.EmbeddedServerBuilder;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** Starts what {@link OwnServer} marks. The store of the test closes it. */
final class OwnServers {

  private record Key(OwnServer own, Class<?> type) {}

  private OwnServers() {}

  static Object get(OwnServer own, Class<?> type, Store store) {
    return store.computeIfAbsent(
        new Key(own, type), key -> start(own, type, store), AutoCloseable.class);
  }

  private static AutoCloseable start(OwnServer own, Class<?> type, Store store) {
    if (type == EmbeddedRedis.class) {
      return configured(EmbeddedRedis.builder(), own).start();
    }
    if (type == EmbeddedSentinel.class) {
      return configured(EmbeddedSentinel.builder(), own).start();
    }
    if (type == EmbeddedCluster.class) {
      return configured(EmbeddedCluster.builder(), own).start();
    }
    if (type == FaultProxy.class) {
      return FaultProxy.before((EmbeddedRedis) get(own, EmbeddedRedis.class, store));
    }
    throw new ParameterResolutionException("@OwnServer stands at a parameter of type "
        + type.getName() + "; it goes with EmbeddedRedis, EmbeddedSentinel, EmbeddedCluster and"
        + " FaultProxy only");
  }

  private static <B extends EmbeddedServerBuilder<B>> B configured(B builder, OwnServer own) {
    B chosen = builder.appendOnly(own.appendOnly());
    return own.password().isEmpty() ? chosen : chosen.password(own.password());
  }
}
