package dev.forebay.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what reaches it, and answers with what its limits said; some paths take detours. */
final class TestApplication extends HttpServlet {

  private static final long serialVersionUID = 1L;

  final transient AtomicInteger requests = new AtomicInteger();

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    boolean first = request.getDispatcherType() == DispatcherType.REQUEST;
    if (first) {
      requests.incrementAndGet();
    }
    switch (first ? request.getServletPath() : "") {
      case "/async" -> request.startAsync().dispatch();
      case "/fails" -> response.sendError(500);
      case "/forwards" -> request.getRequestDispatcher("/login").forward(request, response);
      case "/includes" -> request.getRequestDispatcher("/login").include(request, response);
      case "/refunds" -> {
        RateLimitFilter.refund(request);
        RateLimitFilter.refund(new HttpServletRequestWrapper(request));
      }
      default -> response.getWriter().print(request.getAttribute(RateLimitFilter.DECISIONS));
    }
  }
}
