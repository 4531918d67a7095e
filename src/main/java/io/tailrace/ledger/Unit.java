package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;
import java.util.List;

/**
 * A piece of input that can be read again, and by whose number its results are named: a part of a
 * large file, or a pack of small ones.
 *
 * @param number 1 for the first unit of a ledger, then one more each
 * @param slices what to read
 * @param attempt 0, or how often its slices were in units that could not read them
 */
public record Unit(long number, List<Slice> slices, int attempt) implements Serializable {

  public Unit {
    slices = List.copyOf(slices);
  }

  /** The name that the unit's files begin with. */
  @JsonIgnore
  public String name() {
    return String.format("unit-%010d", number);
  }

  /** The bytes or messages of its slices. */
  @JsonIgnore
  public long extent() {
    return slices.stream().mapToLong(slice -> slice.to() - slice.from()).sum();
  }
}
