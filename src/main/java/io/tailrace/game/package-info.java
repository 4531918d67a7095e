/**
 * The HTTP API of a game, whose requests are events on a Kafka topic: the source of {@code
 * game-events} in demonstrations and tests.
 */
package io.tailrace.game;
