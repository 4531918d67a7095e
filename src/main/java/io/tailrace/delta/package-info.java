/**
 * Delta Lake tables, through Delta Kernel: versions are added to them, read and tidied up. Only
 * this package knows Delta Kernel.
 */
package io.tailrace.delta;
