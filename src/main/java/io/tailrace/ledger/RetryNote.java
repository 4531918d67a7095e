package io.tailrace.ledger;

/**
 * Asks for a slice that a unit could not read to be planned again.
 *
 * @param name the note's name, made of the unit and of the slice's place among its unread ones
 * @param attempt how often the slice has been in a unit that could not read it, at least 1
 * @param slice the slice
 * @param reason why it could not be read; null in older ledgers
 * @param damaged whether the bytes themselves are to blame
 */
public record RetryNote(String name, int attempt, Slice slice, String reason, boolean damaged) {}
