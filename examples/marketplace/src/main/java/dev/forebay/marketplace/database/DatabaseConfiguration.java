package dev.forebay.marketplace.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The pool in front of PostgreSQL, and the counter of the statements that each thread sends. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

  private static final int CONNECTIONS = 12;
  private static final int PATIENCE_SECONDS = 5;

  @Bean
  @Conditional(NoDatabaseUrl.class)
  EmbeddedDatabase embeddedDatabase() {
    return EmbeddedDatabase.start();
  }

  @Bean
  HikariDataSource connectionPool(Environment environment, @Nullable EmbeddedDatabase embedded) {
    DatabaseUrl url = embedded != null
        ? embedded.url()
        : reachable(DatabaseUrl.parse(environment.getRequiredProperty("DATABASE_URL")));
    HikariDataSource pool = new HikariDataSource();
    pool.setPoolName("postgres");
    pool.setJdbcUrl(url.jdbcUrl());
    pool.setUsername(url.user());
    pool.setPassword(url.password());
    pool.setMaximumPoolSize(CONNECTIONS);
    pool.setConnectionTimeout(PATIENCE_SECONDS * 1_000L);
    return pool;
  }

  @Bean
  @Primary
  DataSource database(HikariDataSource connectionPool) {
    return ProxyDataSourceBuilder.create(connectionPool).countQuery().build();
  }

  /** Connects once without the pool, which would tell a failure at length. */
  private static DatabaseUrl reachable(DatabaseUrl url) {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(url.jdbcUrl());
    try {
      database.setLoginTimeout(PATIENCE_SECONDS);
      if (url.user() != null) {
        database.setUser(url.user());
        database.setPassword(url.password());
      }
      database.getConnection().close();
      return url;
    } catch (SQLException e) {
      throw new DatabaseUnreachable(url, e);
    }
  }

  static final class NoDatabaseUrl implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return context.getEnvironment().getProperty("DATABASE_URL", "").isBlank();
    }
  }
}
