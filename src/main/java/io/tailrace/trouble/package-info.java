/** What a run waits for or could not read. */
package io.tailrace.trouble;
