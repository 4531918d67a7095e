/** How far a run is. */
package io.tailrace.progress;
