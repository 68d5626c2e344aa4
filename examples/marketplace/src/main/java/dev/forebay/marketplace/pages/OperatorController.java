package dev.forebay.marketplace.pages;

import dev.forebay.limits.Limit;
import dev.forebay.limits.RateLimits;
import dev.forebay.marketplace.accounts.SignedIn;
import dev.forebay.marketplace.limiting.LimitChanges;
import dev.forebay.marketplace.limiting.LimitReports;
import dev.forebay.marketplace.limiting.MarketLimit;
import dev.forebay.marketplace.limiting.Subjects;
import dev.forebay.marketplace.web.NotPermitted;
import dev.forebay.marketplace.web.RequestText;
import dev.forebay.redis.ForebayException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** How the limits are used, as it happens, what they allow, and who is blocked: for operators only. */
@Controller
@RequestMapping(OperatorController.PATH)
class OperatorController {

  static final String PATH = "/operator";

  private static final Logger log = LoggerFactory.getLogger(OperatorController.class);
  private static final List<Duration> BLOCKS =
      List.of(Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7));
  private static final int LONGEST_SUBJECT = 512;

  private final LimitReports reports;
  private final Subjects subjects;
  private final RateLimits limits;
  private final LimitChanges changes;
  private final Wording wording;

  OperatorController(
      LimitReports reports,
      Subjects subjects,
      RateLimits limits,
      LimitChanges changes,
      Wording wording) {
    this.reports = reports;
    this.subjects = subjects;
    this.limits = limits;
    this.changes = changes;
    this.wording = wording;
  }

  @GetMapping
  ModelAndView page(HttpServletRequest request) {
    requireOperator(request);
    ModelAndView page = new ModelAndView("operator", "page", OperatorPage.of(reports.now()));
    page.addObject("blocks", BLOCKS);
    page.addObject("limits", MarketLimit.values());
    page.addObject("live", true);
    return page;
  }

  /** The part of the page that changes: its script puts it in place of the one before. */
  @GetMapping("/figures")
  ModelAndView figures(HttpServletRequest request) {
    requireOperator(request);
    return new ModelAndView("operator :: #figures", "page", OperatorPage.of(reports.now()));
  }

  @PostMapping("/block")
  ModelAndView block(
      @RequestParam(name = "subject", defaultValue = "") String typed,
      @RequestParam(name = "minutes", defaultValue = "") String minutes,
      HttpServletRequest request,
      RedirectAttributes shownNext) {
    SignedIn operator = requireOperator(request);
    Optional<String> read = subjects.read(typed);
    Duration time = BLOCKS.stream()
        .filter(offered -> Long.toString(offered.toMinutes()).equals(minutes))
        .findFirst()
        .orElse(Duration.ZERO);
    if (read.isEmpty() || read.get().length() > LONGEST_SUBJECT || time.isZero()) {
      return refused(
          "Write who to block as 203.0.113.7, 2001:db8:1:2::7, user:7 or email:ada@example.org,"
              + " and choose for how long.",
          shownNext);
    }
    String subject = read.get();
    return changed(
        () -> {
          limits.block(subject, time);
          log.info("Operator {} has blocked {} for {}", operator.getName(), subject, time);
          return "%s is blocked for %s.".formatted(RequestText.shown(subject), wording.span(time));
        },
        shownNext);
  }

  @PostMapping("/unblock")
  ModelAndView unblock(
      @RequestParam(name = "subject", defaultValue = "") String subject,
      HttpServletRequest request,
      RedirectAttributes shownNext) {
    SignedIn operator = requireOperator(request);
    return changed(
        () -> {
          limits.unblock(subject);
          log.info("Operator {} has ended the block of {}", operator.getName(), subject);
          return "%s is not blocked any more.".formatted(RequestText.shown(subject));
        },
        shownNext);
  }

  @PostMapping("/limits")
  ModelAndView change(
      @RequestParam(name = "limiter", defaultValue = "") String limiter,
      @RequestParam(name = "permits", defaultValue = "") String typed,
      HttpServletRequest request,
      RedirectAttributes shownNext) {
    SignedIn operator = requireOperator(request);
    Optional<MarketLimit> limit = MarketLimit.of(limiter);
    Optional<Long> permits =
        RequestText.id(typed.strip()).filter(number -> number > 0 && number <= Limit.MOST_PERMITS);
    if (limit.isEmpty() || permits.isEmpty()) {
      return refused(
          "Choose a limit, and write how many it allows as a whole number from 1 to %s."
              .formatted(wording.number(Limit.MOST_PERMITS)),
          shownNext);
    }
    return changed(
        () -> tell(operator, limit.get(), changes.change(limit.get(), permits.get())), shownNext);
  }

  @PostMapping("/limits/revert")
  ModelAndView revert(
      @RequestParam(name = "limiter", defaultValue = "") String limiter,
      HttpServletRequest request,
      RedirectAttributes shownNext) {
    SignedIn operator = requireOperator(request);
    Optional<MarketLimit> limit = MarketLimit.of(limiter);
    if (limit.isEmpty()) {
      return refused("There is no such limit. Nothing was changed.", shownNext);
    }
    return changed(() -> tell(operator, limit.get(), changes.revert(limit.get())), shownNext);
  }

  private String tell(SignedIn operator, MarketLimit limit, Limit now) {
    log.info("Operator {} lets limit {} allow {}", operator.getName(), limit.limiter(), now);
    return "%s: %s in %s from now on, in every instance."
        .formatted(limit.title(), wording.number(now.permits()), wording.span(now.window()));
  }

  /** @param change returns what it has done */
  private static ModelAndView changed(Supplier<String> change, RedirectAttributes shownNext) {
    try {
      shownNext.addFlashAttribute("notice", change.get());
    } catch (IllegalArgumentException | IllegalStateException | ForebayException e) {
      log.warn("Limits could not be changed", e);
      return refused("Nothing was changed. " + e.getMessage(), shownNext);
    }
    return SeeOther.page(PATH);
  }

  private static ModelAndView refused(String problem, RedirectAttributes shownNext) {
    shownNext.addFlashAttribute("problem", problem);
    return SeeOther.page(PATH);
  }

  private static SignedIn requireOperator(HttpServletRequest request) {
    if (request.getUserPrincipal() instanceof SignedIn who && who.isOperator()) {
      return who;
    }
    throw new NotPermitted("This page is for the operators of the market. Sign in as one first.");
  }
}
