package dev.forebay.marketplace.database;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.jspecify.annotations.Nullable;
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

  @Bean
  @Conditional(NoDatabaseUrl.class)
  EmbeddedDatabase embeddedDatabase() {
    return EmbeddedDatabase.start();
  }

  @Bean
  HikariDataSource connectionPool(Environment environment, @Nullable EmbeddedDatabase embedded) {
    DatabaseUrl url = embedded != null
        ? embedded.url()
        : DatabaseUrl.parse(environment.getRequiredProperty("DATABASE_URL"));
    HikariDataSource pool = new HikariDataSource();
    pool.setPoolName("postgres");
    pool.setJdbcUrl(url.jdbcUrl());
    pool.setUsername(url.user());
    pool.setPassword(url.password());
    pool.setMaximumPoolSize(CONNECTIONS);
    pool.setConnectionTimeout(5_000);
    return pool;
  }

  @Bean
  @Primary
  DataSource database(HikariDataSource connectionPool) {
    return ProxyDataSourceBuilder.create(connectionPool).countQuery().build();
  }

  static final class NoDatabaseUrl implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return context.getEnvironment().getProperty("DATABASE_URL", "").isBlank();
    }
  }
}
