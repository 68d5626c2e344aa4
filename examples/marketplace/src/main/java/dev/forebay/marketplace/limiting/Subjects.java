package dev.forebay.marketplace.limiting;

import dev.forebay.http.ClientAddresses;
import dev.forebay.marketplace.accounts.EmailAddress;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.people.Person;
import dev.forebay.servlet.RequestLimit;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Whom limits count for: client addresses, users as {@code user:7}, accounts as {@code email:ada@example.org}. */
@Component
public class Subjects {

  private static final String EMAIL = "email:";
  private static final String USER = RequestLimit.userSubject("");
  /** What connections without an address are counted for. */
  private static final String NO_ADDRESS = "unknown";

  private static final int LONGEST_ID = 18; // digits that always fit a long
  /** What usage shows in place of a subject of more than 128 characters: its beginning, and a hash. */
  private static final Pattern SHORTENED = Pattern.compile("(?s).{100}~[0-9a-f]{16}");

  private final ClientAddresses addresses;
  private final People people;

  Subjects(ClientAddresses addresses, People people) {
    this.addresses = addresses;
    this.people = people;
  }

  /** What a subject is. */
  public enum Kind {
    ADDRESS("address"),
    USER("user"),
    EMAIL("e-mail");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Returns it for people. */
    public String word() {
      return word;
    }
  }

  /** Returns what a subject is. */
  public static Kind kind(String subject) {
    if (subject.startsWith(EMAIL)) {
      return Kind.EMAIL;
    }
    return subject.startsWith(USER) ? Kind.USER : Kind.ADDRESS;
  }

  /**
   * Returns the subject that somebody means, as limits know it: of an IPv6 address its /64. Empty if limits can know
   * none: for what is no address, user or e-mail address, and for a subject that was shortened to be shown.
   */
  public Optional<String> read(String typed) {
    String text = typed.strip();
    if (SHORTENED.matcher(text).matches()) {
      return Optional.empty();
    }
    return switch (kind(text)) {
      case EMAIL ->
        Optional.of(EmailAddress.normal(text.substring(EMAIL.length())))
            .filter(email -> !email.isEmpty())
            .map(email -> EMAIL + email);
      case USER -> userId(text).map(id -> RequestLimit.userSubject(Long.toString(id)));
      case ADDRESS -> address(text);
    };
  }

  private Optional<String> address(String text) {
    int slash = text.indexOf('/');
    String client = addresses
        .resolve(slash < 0 ? text : text.substring(0, slash), header -> List.of())
        .subject();
    boolean known = !client.equals(NO_ADDRESS);
    boolean samePrefix = slash < 0 || client.endsWith(text.substring(slash));
    return known && samePrefix ? Optional.of(client) : Optional.empty();
  }

  /** Returns what an account is counted as. */
  static String of(EmailAddress account) {
    return EMAIL + account.text();
  }

  /** Returns the account that a form names; empty if it names none. */
  static Optional<String> ofEmail(HttpServletRequest request) {
    return Optional.ofNullable(request.getParameter("email"))
        .map(EmailAddress::normal)
        .filter(email -> !email.isEmpty())
        .map(email -> EMAIL + email);
  }

  /**
   * Returns what people call subjects, by subject: users by their name, accounts by their e-mail address. Names of one
   * {@link #kind} may look like those of another. One read of the cache for all.
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
