package dev.forebay.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the server, or the servers, of a workload are, and with which credentials. Immutable.
 *
 * <p>{@code redis://}, {@code redis-sentinel://} and {@code redis-cluster://}, each also with {@code
 * rediss} for TLS, then {@code [user[:password]@]host[:port][,host[:port]...][/database][#master]}.
 * Several hosts stand for sentinels or for seed nodes of a cluster. User and password are
 * percent-decoded.
 */
final class RedisAddress {

  /** How the servers belong together. */
  enum Topology {
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  /** One server, as a name or address and a port. */
  record Node(String host, int port) {
    @Override
    public String toString() {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  private static final String CURE =
      "Use redis://[user:password@]host[:port][/database], rediss:// for TLS,"
          + " redis-sentinel://host:26379,host:26379#master or redis-cluster://host:6379,host:6379;"
          + " percent-encode special characters in user and password.";
  private static final Pattern URL = Pattern.compile(
      "(rediss?)(-sentinel|-cluster)?://(?:([^@]*)@)?([^/#?@]*)(/[^#?]*)?(\\?[^#]*)?(#.*)?",
      Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern NODE =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,6}))?");
  private static final Pattern SCHEME =
      Pattern.compile("rediss?(-sentinel|-cluster)?://", Pattern.CASE_INSENSITIVE);
  private static final Pattern OTHER_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");
  private static final Pattern MASTER = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern LOCALHOST = Pattern.compile("localhost(:[0-9]{1,5})?");

  private final String setting;
  private final Topology topology;
  private final boolean tls;
  private final @Nullable String username;
  private final @Nullable String password;
  private final List<Node> nodes;
  private final @Nullable Integer database;
  private final @Nullable String master;

  private RedisAddress(
      String setting,
      Topology topology,
      boolean tls,
      @Nullable String username,
      @Nullable String password,
      List<Node> nodes,
      @Nullable Integer database,
      @Nullable String master) {
    this.setting = setting;
    this.topology = topology;
    this.tls = tls;
    this.username = username;
    this.password = password;
    this.nodes = nodes;
    this.database = database;
    this.master = master;
  }

  /**
   * Parses an address.
   *
   * @param setting the name to use in errors
   * @throws ConfigurationException if {@code text} is no address; its credentials are not quoted
   */
  static RedisAddress parse(String setting, String text) {
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      throw new ConfigurationException(setting, problemOf(text), CURE);
    }
    if (url.group(6) != null) {
      throw new ConfigurationException(setting, "it has parameters after the address", CURE);
    }
    Topology topology = topologyOf(url.group(2));
    String[] credentials = credentialsOf(setting, url.group(3));
    List<Node> nodes = nodesOf(setting, url.group(4), topology);
    Integer database = databaseOf(setting, url.group(5), topology);
    String master = masterOf(setting, url.group(7), topology);
    return new RedisAddress(
        setting,
        topology,
        url.group(1).equalsIgnoreCase("rediss"),
        credentials[0],
        credentials[1],
        nodes,
        database,
        master);
  }

  /** Returns this address with credentials and TLS that were configured apart from it. */
  RedisAddress with(RedisSettingsBuilder settings) {
    String passwordName = settings.names.apply(Setting.PASSWORD);
    if (settings.password != null && password != null && !settings.password.equals(password)) {
      throw new ConfigurationException(
          passwordName,
          "it differs from the password in " + setting,
          "Set the password in one place only.");
    }
    if (settings.username != null && username != null && !settings.username.equals(username)) {
      throw new ConfigurationException(
          settings.names.apply(Setting.USERNAME),
          "'" + settings.username + "' differs from the user in " + setting,
          "Set the user in one place only.");
    }
    String user = username == null ? settings.username : username;
    String secret = password == null ? settings.password : password;
    if (user != null && secret == null) {
      throw new ConfigurationException(
          passwordName,
          "there is a user but no password",
          "Set " + passwordName + ", or write user:password into " + setting + ".");
    }
    if (tls && Boolean.FALSE.equals(settings.tls)) {
      throw new ConfigurationException(
          settings.names.apply(Setting.TLS),
          "it is false, and the address in " + setting + " begins with rediss, which is TLS",
          "Write redis to connect without TLS, or leave out " + settings.names.apply(Setting.TLS)
              + ".");
    }
    return new RedisAddress(
        setting,
        topology,
        tls || Boolean.TRUE.equals(settings.tls),
        user,
        secret,
        nodes,
        database,
        master);
  }

  /**
   * Returns this address with the database of one workload: as many behind the named one as the
   * workload is behind the cache. A cluster has one database for all.
   */
  RedisAddress forWorkload(Workload workload) {
    if (topology == Topology.CLUSTER) {
      return this;
    }
    int first = database == null ? 0 : database;
    return new RedisAddress(
        setting,
        topology,
        tls,
        username,
        password,
        nodes,
        first + workload.databaseOffset(),
        master);
  }

  Topology topology() {
    return topology;
  }

  boolean tls() {
    return tls;
  }

  Optional<String> username() {
    return Optional.ofNullable(username);
  }

  Optional<String> password() {
    return Optional.ofNullable(password);
  }

  List<Node> nodes() {
    return nodes;
  }

  /** Returns the database, 0 where none was named. */
  int database() {
    return database == null ? 0 : database;
  }

  /** Returns the name by which sentinels know the master; empty unless there are sentinels. */
  Optional<String> master() {
    return Optional.ofNullable(master);
  }

  /** Returns the name of the setting that it came from. */
  String setting() {
    return setting;
  }

  /** Returns the address without credentials, fit for logs. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(tls ? "rediss" : "redis");
    if (topology != Topology.STANDALONE) {
      text.append('-').append(topology.name().toLowerCase(Locale.ROOT));
    }
    text.append("://")
        .append(String.join(",", nodes.stream().map(Node::toString).toList()));
    if (database() != 0) {
      text.append('/').append(database());
    }
    if (master != null) {
      text.append('#').append(master);
    }
    return text.toString();
  }

  private static Topology topologyOf(@Nullable String suffix) {
    if (suffix == null) {
      return Topology.STANDALONE;
    }
    return Topology.valueOf(suffix.substring(1).toUpperCase(Locale.ROOT));
  }

  private static @Nullable String[] credentialsOf(String setting, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return new @Nullable String[2];
    }
    int colon = text.indexOf(':');
    String user = colon < 0 ? "" : text.substring(0, colon);
    String password = text.substring(colon + 1);
    return new @Nullable String[] {decoded(setting, user), decoded(setting, password)};
  }

  private static @Nullable String decoded(String setting, String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      // URLDecoder is for forms, where a plus is a space; here it is a plus.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          setting, "the user or password has a '%' that begins no escape", CURE);
    }
  }

  private static List<Node> nodesOf(String setting, String text, Topology topology) {
    List<Node> nodes = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher node = NODE.matcher(part);
      if (!node.matches()) {
        throw new ConfigurationException(
            setting,
            part.isEmpty() ? "it names no host" : "what stands for the host is not a host and port",
            CURE);
      }
      String host = node.group(1);
      int standard = topology == Topology.SENTINEL ? 26_379 : 6_379;
      int port = node.group(2) == null ? standard : Integer.parseInt(node.group(2));
      if (port < 1 || port > 65_535) {
        throw new ConfigurationException(setting, "a port is not from 1 to 65535", CURE);
      }
      nodes.add(new Node(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port));
    }
    if (topology == Topology.STANDALONE && nodes.size() > 1) {
      throw new ConfigurationException(
          setting,
          "it names " + nodes.size() + " hosts",
          "Use redis-sentinel:// or redis-cluster:// for several.");
    }
    return List.copyOf(nodes);
  }

  private static @Nullable Integer databaseOf(
      String setting, @Nullable String path, Topology topology) {
    if (path == null || path.equals("/")) {
      return null;
    }
    if (!path.matches("/[0-9]{1,4}")) {
      throw new ConfigurationException(
          setting, "what follows the host is not the number of a database", CURE);
    }
    int database = Integer.parseInt(path.substring(1));
    if (topology == Topology.CLUSTER && database != 0) {
      throw new ConfigurationException(
          setting, "it names a database other than 0, and a cluster has no other", CURE);
    }
    return database;
  }

  private static @Nullable String masterOf(
      String setting, @Nullable String fragment, Topology topology) {
    String master = fragment == null || fragment.length() == 1 ? null : fragment.substring(1);
    if (topology == Topology.SENTINEL && master == null) {
      throw new ConfigurationException(
          setting, "it does not say which master the sentinels watch", CURE);
    }
    if (topology != Topology.SENTINEL && master != null) {
      throw new ConfigurationException(
          setting, "it goes on behind a '#', which is for redis-sentinel:// only", CURE);
    }
    if (master != null && !MASTER.matcher(master).matches()) {
      throw new ConfigurationException(
          setting, "what stands behind '#' is not the name of a master", CURE);
    }
    return master;
  }

  /**
   * Says what is wrong with text that is no address. Quotes it only where it cannot hold a password:
   * whoever forgets a part of an address moves its password to where something else should be.
   */
  private static String problemOf(String text) {
    if (SCHEME.matcher(text).lookingAt()) {
      return "it is not an address";
    }
    Matcher other = OTHER_SCHEME.matcher(text);
    if (other.lookingAt()) {
      return "it begins with " + other.group() + " instead of redis:// or rediss://";
    }
    String quoted = LOCALHOST.matcher(text).matches() ? "'" + text + "'" : "it";
    return quoted + " does not begin with redis:// or rediss://";
  }
}
