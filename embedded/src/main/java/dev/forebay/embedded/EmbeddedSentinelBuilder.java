package dev.forebay.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings of an {@link EmbeddedSentinel} that is to be started. For one thread. */
public final class EmbeddedSentinelBuilder extends EmbeddedServerBuilder<EmbeddedSentinelBuilder> {

  private static final Pattern MASTER_NAME = Pattern.compile("[A-Za-z0-9._-]+");

  private String masterName = "mymaster";
  private int replicas = 2;
  private int sentinels = 3;
  private int quorum;
  private Duration downAfter = Duration.ofSeconds(1);
  private Duration failOverTimeout = Duration.ofSeconds(3);
  private @Nullable String sentinelPassword;
  private int minReplicas;
  private Duration maxLag = Duration.ofSeconds(10);

  EmbeddedSentinelBuilder() {
    super(Duration.ofSeconds(30));
  }

  @Override
  EmbeddedSentinelBuilder self() {
    return this;
  }

  /** What the sentinels call the master: letters, digits, dots, underscores, hyphens. */
  public EmbeddedSentinelBuilder masterName(String name) {
    if (!MASTER_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("masterName '" + name
          + "' must be of letters, digits, dots, underscores and hyphens, such as mymaster");
    }
    this.masterName = name;
    return this;
  }

  /** How many replicas the master has, 1 or more. By default 2. */
  public EmbeddedSentinelBuilder replicas(int count) {
    this.replicas = requirePositive("replicas", count);
    return this;
  }

  /** How many sentinels watch, 1 or more. By default 3. */
  public EmbeddedSentinelBuilder sentinels(int count) {
    this.sentinels = requirePositive("sentinels", count);
    return this;
  }

  /**
   * How many sentinels must find the master down before they fail over, from 1 to their number; in
   * any case the majority must then agree on who does it. By default the majority.
   */
  public EmbeddedSentinelBuilder quorum(int count) {
    this.quorum = requirePositive("quorum", count);
    return this;
  }

  /** How long a server is silent before a sentinel takes it to be down. By default 1 s. */
  public EmbeddedSentinelBuilder downAfter(Duration silence) {
    this.downAfter = requireMillis("downAfter", silence);
    return this;
  }

  /** After this time a failover has failed; after twice this time the next may start. By default 3 s. */
  public EmbeddedSentinelBuilder failOverTimeout(Duration timeout) {
    this.failOverTimeout = requireMillis("failOverTimeout", timeout);
    return this;
  }

  /** The password of the sentinels themselves. None by default. Not empty. */
  public EmbeddedSentinelBuilder sentinelPassword(String password) {
    this.sentinelPassword = requirePassword(password);
    return this;
  }

  /**
   * Lets a master refuse writes that fewer replicas follow: {@code min-replicas-to-write} and {@code
   * min-replicas-max-lag}. By default it never does.
   *
   * @param replicas 0 or more
   * @param maxLag how old the last word of a replica that counts may be, whole seconds, 1 or more
   */
  public EmbeddedSentinelBuilder minReplicasToWrite(int replicas, Duration maxLag) {
    if (replicas < 0 || maxLag.toSeconds() < 1) {
      throw new IllegalArgumentException("minReplicasToWrite needs replicas >= 0 and maxLag >= 1 s,"
          + " was " + replicas + " and " + maxLag);
    }
    this.minReplicas = replicas;
    this.maxLag = maxLag;
    return this;
  }

  private static int requirePositive(String what, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(what + " must be >= 1, was " + count);
    }
    return count;
  }

  private static Duration requireMillis(String what, Duration duration) {
    if (duration.toMillis() < 1) {
      throw new IllegalArgumentException(what + " must be at least 1 ms, was " + duration);
    }
    return duration;
  }

  /**
   * Starts the servers. Returns when every replica is in sync, the sentinels know each other and the
   * replicas, and they agree on the master.
   *
   * @throws IllegalArgumentException if the quorum is above the number of sentinels, or there is
   *     {@link #withoutDefaultUser()} without a {@link #user}, or with an {@link #aclFile} that sets the
   *     default user
   * @throws EmbeddedServerException if a server cannot be started or the set is not complete in time;
   *     nothing of it is left then
   */
  public EmbeddedSentinel start() {
    if (quorum > sentinels) {
      throw new IllegalArgumentException(
          "quorum must be at most the number of sentinels, " + sentinels + ", was " + quorum);
    }
    Login login = loginOfSet();
    ServerSet servers = new ServerSet(launcher());
    boolean ready = false;
    try {
      EmbeddedRedis master = servers.start(dataNode(null, login));
      List<EmbeddedRedis> data = new ArrayList<>(List.of(master));
      for (int i = 0; i < replicas; i++) {
        data.add(servers.start(dataNode(master, login)));
      }
      List<EmbeddedRedis> replicasOfMaster = data.subList(1, data.size());
      Patience.until(
          "every replica is in sync",
          patience(),
          () -> ReplicationState.obstacle(master, replicasOfMaster));
      List<EmbeddedRedis> watching = new ArrayList<>();
      for (int i = 0; i < sentinels; i++) {
        watching.add(servers.start(sentinel(master, login)));
      }
      EmbeddedSentinel started = new EmbeddedSentinel(
          servers, new SentinelView(masterName, watching, data), sentinelPassword, patience());
      started.awaitReady();
      ready = true;
      return started;
    } finally {
      if (!ready) {
        servers.close();
      }
    }
  }

  private ServerPlan dataNode(@Nullable EmbeddedRedis master, Login login) {
    RedisConfig replication = ReplicationState.directives(login, hasTls())
        .add("min-replicas-to-write", Integer.toString(minReplicas))
        .add("min-replicas-max-lag", Long.toString(maxLag.toSeconds()));
    if (master != null) {
      replication.add("replicaof", List.of("127.0.0.1", Integer.toString(master.port())));
    }
    return plan(ServerPlan.Kind.DATA, password(), users(), directives(replication));
  }

  private ServerPlan sentinel(EmbeddedRedis master, Login login) {
    int agreeing = quorum == 0 ? sentinels / 2 + 1 : quorum;
    RedisConfig watch = new RedisConfig()
        .add("tls-replication", hasTls() ? "yes" : "no")
        .add(
            "sentinel",
            List.of(
                "monitor",
                masterName,
                "127.0.0.1",
                Integer.toString(master.port()),
                Integer.toString(agreeing)))
        .add("sentinel", ofMaster("down-after-milliseconds", downAfter.toMillis()))
        .add("sentinel", ofMaster("failover-timeout", failOverTimeout.toMillis()))
        .add("sentinel", ofMaster("parallel-syncs", replicas));
    String password = login.password();
    if (password != null) {
      watch.add("sentinel", List.of("auth-pass", masterName, password));
    }
    String user = login.user();
    if (user != null) {
      watch.add("sentinel", List.of("auth-user", masterName, user));
    }
    if (sentinelPassword != null) {
      watch.add("sentinel", List.of("sentinel-pass", sentinelPassword));
    }
    return plan(ServerPlan.Kind.SENTINEL, sentinelPassword, new AccessList(), watch);
  }

  private List<String> ofMaster(String option, long value) {
    return List.of(option, masterName, Long.toString(value));
  }

  private ServerPlan plan(
      ServerPlan.Kind kind, @Nullable String password, AccessList users, RedisConfig directives) {
    return new ServerPlan(kind, 0, null, password, users, hasTls(), directives, patience());
  }
}
