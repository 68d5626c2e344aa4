package dev.forebay.limits;

import java.util.List;

/**
 * One limit, for any number of subjects, shared by all instances of the application. Safe for
 * concurrent use. A check is one round trip, or none where this instance knows that the subject is
 * still denied, or two where {@linkplain RateLimiterBuilder#leasing permits on lease} run short; it
 * blocks up to the command time-out for each, and never throws because of Redis.
 *
 * <p>A subject is any text of 1 character or more: an address, a user, a user and an action.
 */
public final class RateLimiter {

  private final RateLimits limits;
  private final String name;
  private final LimiterTally tally = new LimiterTally();
  private volatile EncodedRule rule;

  RateLimiter(RateLimits limits, String name, Rule rule) {
    this.limits = limits;
    this.name = name;
    this.rule = EncodedRule.of(rule);
  }

  /** Returns its name. */
  public String name() {
    return name;
  }

  /** Returns the limit as it is now. */
  public Limit limit() {
    return rule().limit();
  }

  /**
   * Returns the most that one check can ever take: what may go at once where permits are {@linkplain
   * RateLimiterBuilder#paced paced}, else all permits of the limit as it is now.
   */
  public long largestCost() {
    return rule().largestCost();
  }

  Rule rule() {
    return rule.rule();
  }

  EncodedRule encodedRule() {
    return rule;
  }

  LimiterTally tally() {
    return tally;
  }

  /** Goes by another rule from now on. */
  void follow(Rule newRule) {
    rule = EncodedRule.of(newRule);
  }

  /** Takes a permit of {@code subject}, if there is one. */
  public Decision check(String subject) {
    return check(subject, 1);
  }

  /**
   * Takes all {@code cost} permits of {@code subject}, or none.
   *
   * @param cost 1 or more; above {@link #largestCost} it is denied for ever
   * @throws IllegalArgumentException if the subject is empty or the cost below 1
   */
  public Decision check(String subject, long cost) {
    return limits.check(List.of(charge(subject, cost))).strictest();
  }

  /** As {@link #peek(String, long)} for one permit. */
  public Decision peek(String subject) {
    return peek(subject, 1);
  }

  /**
   * Tells whether {@code subject} could take {@code cost} permits, and takes none. One round trip, also
   * where this instance knows of a denial; none for a subject that is blocked or allowed. Knows nothing
   * of permits on lease.
   *
   * @param cost as for {@link #check(String, long)}
   */
  public Decision peek(String subject, long cost) {
    return limits.peek(charge(subject, cost));
  }

  /**
   * Gives permits back that were taken: for work that did not come about. Those that would expire
   * first go back, so that never more is admitted than the limit says, as long as they are given back
   * before they expire, which is {@link Decision#resetAfter} after they were taken. Later they are
   * there again anyway, and those of somebody else would go back: then do not call it. Those from a
   * lease go back to Redis too. Has no effect while Redis is away; where it is switched off by
   * configuration, gives back what this process counted. After a change of the limit it may have none
   * until the next permit is taken. Waits for one round trip; never throws because of Redis.
   *
   * @param cost 1 or more
   * @throws IllegalArgumentException if the subject is empty or the cost below 1
   */
  public void refund(String subject, long cost) {
    limits.refund(charge(subject, cost));
  }

  /**
   * Gives {@code subject} all its permits, and forgets its strikes; other instances know within a
   * second. Two round trips; none where Redis is switched off by configuration.
   *
   * @throws dev.forebay.redis.ForebayException if Redis cannot be asked; then nothing has changed, or
   *     it is not known
   */
  public void reset(String subject) {
    limits.reset(charge(subject, 1));
  }

  /** Returns what {@link RateLimits#check} takes. */
  public Charge charge(String subject) {
    return charge(subject, 1);
  }

  /** Returns what {@link RateLimits#check} takes. */
  public Charge charge(String subject, long cost) {
    return new Charge(this, subject, cost);
  }

  @Override
  public String toString() {
    return "RateLimiter '" + name + "': " + limit();
  }
}
