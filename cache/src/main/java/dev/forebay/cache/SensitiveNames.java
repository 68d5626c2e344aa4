package dev.forebay.cache;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The names of members that hold secrets, compared without case, {@code _} and {@code -}: {@code
 * api_key} is {@code apiKey}. Whole names only: {@code passwordChangedAt} is none. Immutable.
 */
final class SensitiveNames {

  /** A test holds the guide's list to this one. */
  private static final String KNOWN = """
      password passwd passphrase pwd password_hash hashed_password password_digest one_time_password
      secret client_secret shared_secret secret_key totp_secret otp otp_secret recovery_codes
      backup_codes security_answer
      token access_token refresh_token id_token auth_token bearer_token session_token api_token
      reset_token remember_token authorization credential credentials
      api_key api_secret access_key secret_access_key private_key encryption_key signing_key
      session_id
      cvv cvv2 cvc cvc2 card_security_code card_number credit_card credit_card_number
      primary_account_number pin pin_code
      iban bank_account bank_account_number account_number
      ssn social_security_number national_id tax_id passport_number drivers_license
      drivers_license_number
      """;

  private static final Set<String> KNOWN_NAMES =
      normalised(Arrays.asList(KNOWN.strip().split("\\s+")));

  private final Set<String> names;
  private final Set<String> exempt;

  /**
   * @param more names beside the known ones
   * @param exempt names of members that are not looked at
   */
  SensitiveNames(Collection<String> more, Collection<String> exempt) {
    Set<String> all = new HashSet<>(KNOWN_NAMES);
    all.addAll(normalised(more));
    this.exempt = normalised(exempt);
    all.removeAll(this.exempt);
    this.names = Collections.unmodifiableSet(all);
  }

  /** Returns the known names without case, {@code _} and {@code -}. */
  static Set<String> known() {
    return Collections.unmodifiableSet(KNOWN_NAMES);
  }

  boolean isSensitive(String member) {
    return names.contains(normalised(member));
  }

  boolean isExempt(String member) {
    return !exempt.isEmpty() && exempt.contains(normalised(member));
  }

  private static Set<String> normalised(Collection<String> names) {
    Set<String> normalised = new HashSet<>();
    names.forEach(name -> normalised.add(normalised(name)));
    return normalised;
  }

  private static String normalised(String name) {
    return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
  }
}
