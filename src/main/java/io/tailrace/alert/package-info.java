/**
 * Alerts: rules on the share of some records in windows of event time, and what becomes of them as
 * units add to those windows.
 */
package io.tailrace.alert;
