package dev.forebay.marketplace.web;

import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.catalog.ItemTraded;
import dev.forebay.marketplace.catalog.NoSuchItem;
import dev.forebay.marketplace.people.NoSuchPerson;
import dev.forebay.marketplace.people.NotEnoughCredits;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.stereotype.Controller;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/**
 * Answers every request that failed: people get a page, programs {@code application/problem+json}. Both say what is
 * wrong and what to do.
 */
@Controller
@ControllerAdvice
class Failures implements ErrorController {

  private static final Logger log = LoggerFactory.getLogger(Failures.class);
  /** Failures whose message says all. */
  private static final Map<Class<?>, HttpStatus> EXPECTED = Map.of(
      NotPermitted.class, HttpStatus.FORBIDDEN,
      NoSuchItem.class, HttpStatus.NOT_FOUND,
      NoSuchPerson.class, HttpStatus.NOT_FOUND,
      ItemTraded.class, HttpStatus.CONFLICT,
      NotEnoughCredits.class, HttpStatus.CONFLICT);

  private static final Pattern ONLY_POST =
      Pattern.compile("/trade$|/buy$|/wallet/|^/sign-out$|^/operator/");

  @ExceptionHandler
  @Nullable
  Object answer(Exception failure, HttpServletRequest request) {
    if (failure instanceof InvalidInput invalid) {
      return answer(
          request, HttpStatus.BAD_REQUEST, message(failure), Map.of("field", invalid.field()));
    }
    if (failure instanceof SignInRequired required) {
      return signInFirst(required);
    }
    HttpStatus expected = EXPECTED.get(failure.getClass());
    if (expected != null) {
      return answer(request, expected, message(failure), Map.of());
    }
    if (failure instanceof HttpMessageNotReadableException) {
      return answer(
          request,
          HttpStatus.BAD_REQUEST,
          "The body is not JSON that can be read. Send an object such as {\"price\": 25, \"title\": \"Oak chair\"}.",
          Map.of());
    }
    if (failure instanceof CannotGetJdbcConnectionException
        || failure instanceof DataAccessResourceFailureException) {
      log.error(
          "Request {} failed because PostgreSQL cannot be reached",
          request.getRequestURI(),
          failure);
      return answer(
          request,
          HttpStatus.SERVICE_UNAVAILABLE,
          "The database cannot be reached. Try again in a minute.",
          Map.of());
    }
    if (failure instanceof ErrorResponse known) {
      HttpStatus status = Objects.requireNonNullElse(
          HttpStatus.resolve(known.getStatusCode().value()), HttpStatus.INTERNAL_SERVER_ERROR);
      return answer(request, status, explain(status, failure, request), Map.of());
    }
    if (isBrokenByClient(failure)) {
      return null;
    }
    if (failure instanceof IllegalStateException && isUnreadableParameter(failure)) {
      return answer(
          request,
          HttpStatus.BAD_REQUEST,
          explain(HttpStatus.BAD_REQUEST, failure, request),
          Map.of());
    }
    log.error("Request {} {} failed", request.getMethod(), request.getRequestURI(), failure);
    return answer(
        request,
        HttpStatus.INTERNAL_SERVER_ERROR,
        "Something failed on our side; it has been noted.",
        Map.of());
  }

  /** Answers what failed before it reached a controller. */
  @RequestMapping("/error")
  Object error(HttpServletRequest request) {
    Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    HttpStatus status =
        code instanceof Integer number ? HttpStatus.resolve(number) : HttpStatus.NOT_FOUND;
    HttpStatus known = Objects.requireNonNullElse(status, HttpStatus.INTERNAL_SERVER_ERROR);
    return answer(request, known, explain(known, null, request), Map.of());
  }

  private static Object answer(
      HttpServletRequest request, HttpStatus status, String message, Map<String, Object> details) {
    Object original = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    String path = original == null ? request.getRequestURI() : original.toString();
    if (RequestText.isForPrograms(path)) {
      ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, message);
      problem.setTitle(status.getReasonPhrase());
      details.forEach(problem::setProperty);
      HttpHeaders headers = new HttpHeaders();
      headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
      if (status == HttpStatus.METHOD_NOT_ALLOWED) {
        headers.set(HttpHeaders.ALLOW, allowed(path));
      }
      return new ResponseEntity<>(problem, headers, status);
    }
    ModelAndView page = new ModelAndView("failure", status);
    page.addObject("status", status.value());
    page.addObject("headline", headline(status));
    page.addObject("message", message);
    return page;
  }

  private static ModelAndView signInFirst(SignInRequired required) {
    RedirectView view = new RedirectView("/sign-in");
    view.setStatusCode(HttpStatus.SEE_OTHER);
    return new ModelAndView(view, "next", required.next());
  }

  private static String allowed(String path) {
    if (ONLY_POST.matcher(path).find()) {
      return "POST";
    }
    return path.startsWith("/api/items/") ? "GET, PUT" : "GET";
  }

  private static String explain(
      HttpStatus status, @Nullable Exception failure, HttpServletRequest request) {
    return switch (status) {
      case NOT_FOUND ->
        "There is nothing at this address. Begin at / or, for programs, at /api/items.";
      case FORBIDDEN -> // by FormTokens
        "This form is too old, or was not sent from our pages. Nothing was changed: load the page"
            + " again, and send it once more.";
      case METHOD_NOT_ALLOWED ->
        failure instanceof HttpRequestMethodNotSupportedException wrong
            ? "%s is not possible here. Use %s."
                .formatted(
                    wrong.getMethod(), allowed(request.getRequestURI()).replace(", ", " or "))
            : "This method is not possible here. Use GET.";
      case UNSUPPORTED_MEDIA_TYPE ->
        "The body must be JSON. Send it with Content-Type: application/json.";
      case NOT_ACCEPTABLE ->
        "Only application/json can be had here. Ask for it, or leave Accept out.";
      case BAD_REQUEST ->
        "The address or its parameters cannot be read. Percent-encode special characters as UTF-8.";
      case INTERNAL_SERVER_ERROR -> "Something failed on our side; it has been noted.";
      default -> status.getReasonPhrase() + ".";
    };
  }

  private static String headline(HttpStatus status) {
    return switch (status) {
      case NOT_FOUND -> "Not here";
      case BAD_REQUEST -> "We could not read that";
      case METHOD_NOT_ALLOWED -> "Not that way";
      case FORBIDDEN -> "That is not permitted";
      case SERVICE_UNAVAILABLE -> "Back in a minute";
      default -> status.is4xxClientError() ? "That did not work" : "Our fault";
    };
  }

  private static String message(Exception failure) {
    return Objects.requireNonNullElse(failure.getMessage(), "");
  }

  /** Whether the other side has gone: nobody is left to answer. */
  private static boolean isBrokenByClient(Exception failure) {
    String kind = failure.getClass().getSimpleName();
    return kind.equals("ClientAbortException") || kind.equals("AsyncRequestNotUsableException");
  }

  private static boolean isUnreadableParameter(Exception failure) {
    return failure.getClass().getName().startsWith("org.apache.tomcat.util.http.");
  }
}
