package io.tailrace.sql;

import io.tailrace.report.Span;
import java.io.Serializable;

/**
 * A CREATE ALERT: a condition on the rows of a report with a time bucket.
 *
 * @param name its name
 * @param condition of a row that has the keys of the report first, then its aggregates
 * @param text the condition as it is written
 * @param duration how long the condition must hold
 */
public record SqlAlert(String name, Expression condition, String text, Span duration)
    implements Serializable {}
