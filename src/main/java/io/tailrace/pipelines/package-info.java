/**
 * The pipelines, which are files of SQL: those of users, those that ship with Tailrace and what
 * these have beside their SQL, and the steps that all of them share.
 */
package io.tailrace.pipelines;
