/** The demonstration, and the generator of its sample files and of large ones. */
package io.tailrace.demo;
