package dev.forebay.redis;

/**
 * A setting is missing or cannot be used. Thrown while settings are built, before any connection is
 * opened. The value in the message never contains a password.
 */
public final class ConfigurationException extends ForebayException {

  private static final long serialVersionUID = 1L;

  private final String setting;

  /**
   * @param setting the name by which the user knows the setting, {@code REDIS_URL} say
   * @param problem what is wrong with which value, as a sentence without its full stop
   * @param cure what to do, as a sentence with its full stop
   */
  public ConfigurationException(String setting, String problem, String cure) {
    super(setting + ": " + problem + ". " + cure, null);
    this.setting = setting;
  }

  /** Returns the name of the setting to mend. */
  public String setting() {
    return setting;
  }
}
