package dev.forebay.marketplace.web;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts {@link FormTokens} before everything that a form can be sent to. */
@Configuration(proxyBeanMethods = false)
class FormProtection implements WebMvcConfigurer {

  private final FormTokens tokens;

  FormProtection(FormTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(tokens).excludePathPatterns("/api/**", "/error", RefusalPage.PATH);
  }
}
