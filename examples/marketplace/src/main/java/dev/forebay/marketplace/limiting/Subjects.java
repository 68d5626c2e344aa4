package dev.forebay.marketplace.limiting;

import dev.forebay.marketplace.accounts.EmailAddress;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.people.Person;
import dev.forebay.servlet.RequestLimit;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Whom limits count for: addresses, users as {@code user:7}, accounts as {@code email:ada@example.org}. */
@Component
public class Subjects {

  private static final String EMAIL = "email:";
  private static final String USER = RequestLimit.userSubject("");
  private static final int LONGEST_ID = 18; // digits that always fit a long

  private final People people;

  Subjects(People people) {
    this.people = people;
  }

  /** Returns the account that a form names; empty if it names none. */
  static Optional<String> ofEmail(HttpServletRequest request) {
    return Optional.ofNullable(request.getParameter("email"))
        .map(EmailAddress::normal)
        .filter(email -> !email.isEmpty())
        .map(email -> EMAIL + email);
  }

  /**
   * Returns what people call subjects, by subject: users by their name, accounts by their e-mail address. One read of
   * the cache for all.
   */
  public Map<String, String> names(Collection<String> subjects) {
    Map<String, Long> users = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (String subject : subjects) {
      names.put(subject, subject.startsWith(EMAIL) ? subject.substring(EMAIL.length()) : subject);
      userId(subject).ifPresent(id -> users.put(subject, id));
    }
    Map<Long, Person> known = people.people(users.values());
    users.forEach((subject, id) -> {
      Person person = known.get(id);
      names.put(subject, person == null ? subject : person.name());
    });
    return names;
  }

  /** Returns which user a subject is; empty if it is none. */
  public static Optional<Long> userId(String subject) {
    if (!subject.startsWith(USER)) {
      return Optional.empty();
    }
    String id = subject.substring(USER.length());
    boolean number = !id.isEmpty()
        && id.length() <= LONGEST_ID
        && id.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Optional.of(Long.parseLong(id)) : Optional.empty();
  }
}
