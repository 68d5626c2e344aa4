package dev.forebay.marketplace.web;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Tells in each answer of the API what it cost: {@code Server-Timing: total;dur=3.1, queries;desc="0", ...}. */
@ControllerAdvice
class CostHeader implements ResponseBodyAdvice<Object> {

  private final RequestMeter meter;

  CostHeader(RequestMeter meter) {
    this.meter = meter;
  }

  @Override
  public boolean supports(
      MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converter) {
    return true;
  }

  @Override
  public @Nullable Object beforeBodyWrite(
      @Nullable Object body,
      MethodParameter returnType,
      MediaType type,
      Class<? extends HttpMessageConverter<?>> converter,
      ServerHttpRequest request,
      ServerHttpResponse response) {
    response.getHeaders().set("Server-Timing", meter.serverTiming());
    return body;
  }
}
