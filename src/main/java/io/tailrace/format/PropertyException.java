package io.tailrace.format;

/** Says what is expected of a property of a table that cannot be used. */
public final class PropertyException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String property;

  /**
   * @param property its name as the table has it
   */
  public PropertyException(String property, String message) {
    super(message);
    this.property = property;
  }

  public String property() {
    return property;
  }
}
