package dev.forebay.marketplace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Finds out whether the port is free before servers are started and the market is seeded, not after. */
@Component
class FreePort implements BeanFactoryPostProcessor, EnvironmentAware {

  private static final Logger log = LoggerFactory.getLogger(FreePort.class);

  private int port;
  private @Nullable InetAddress address;

  @Override
  public void setEnvironment(Environment environment) {
    port = environment.getProperty("server.port", Integer.class, 8080);
    address = environment.getProperty("server.address", InetAddress.class);
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    try (ServerSocket probe = new ServerSocket(port, 1, address)) {
      log.debug("Port {} is free", probe.getLocalPort());
    } catch (IOException e) {
      PortInUseException.throwIfPortBindingException(e, () -> port);
      throw new UncheckedIOException("Port " + port + " cannot be used", e);
    }
  }
}
