/**
 * Integration tests: they run the self-contained jar in processes of its own, as users do, and look
 * at it from outside: files, exit codes, what it prints. What goes wrong between processes (kill
 * -9, signals, two runs at once) is tested here and nowhere else.
 */
package io.tailrace.it;
