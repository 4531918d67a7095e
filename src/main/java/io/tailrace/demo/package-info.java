/**
 * The demonstration, the generator of its sample files and of large ones, and the servers that it
 * needs.
 */
package io.tailrace.demo;
