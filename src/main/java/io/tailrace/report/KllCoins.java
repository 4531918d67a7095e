package io.tailrace.report;

import java.lang.invoke.MethodHandles;
import java.util.Random;
import org.apache.datasketches.kll.KllLongsSketch;
import org.apache.datasketches.kll.KllSketch;

/**
 * Adds to sketches of KLL, which toss a coin for which half of some values they keep, so that the
 * same is kept whenever the same is added: a unit that is processed again gives the same sketch,
 * and a question that is asked again the same answer.
 *
 * <p>DataSketches has one source of coins for all sketches of a process and no way to choose its
 * seed, so it is reached into, and one sketch at a time is added to. The seed is a hash of what is
 * added and of how many values there were, so that the errors of different units do not add up.
 */
final class KllCoins {

  private static final Random COINS = coins();

  private KllCoins() {}

  private static Random coins() {
    try {
      return (Random)
          MethodHandles.privateLookupIn(KllSketch.class, MethodHandles.lookup())
              .findStaticVarHandle(KllSketch.class, "random", Random.class)
              .get();
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Adds {@code values[from, from + count)} to a sketch. */
  static void update(KllLongsSketch sketch, long[] values, int from, int count) {
    if (count > 0) {
      synchronized (COINS) {
        long seed = sketch.getN();
        for (int i = from; i < from + count; i++) {
          seed = mix(seed, values[i]);
        }
        COINS.setSeed(seed);
        sketch.update(values, from, count);
      }
    }
  }

  /** Merges another sketch, which stays as it is, into a sketch. */
  static void merge(KllLongsSketch sketch, KllLongsSketch other) {
    synchronized (COINS) {
      long seed = mix(mix(sketch.getN(), other.getN()), other.getMinItem());
      COINS.setSeed(mix(seed, other.getMaxItem()));
      sketch.merge(other);
    }
  }

  /**
   * Mixes two numbers as SplitMix64 does (Steele, Lea and Flood, "Fast splittable pseudorandom
   * number generators", OOPSLA 2014): Random's first numbers are alike for seeds that are.
   */
  private static long mix(long one, long other) {
    long mixed = one * 0x9e3779b97f4a7c15L + other;
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
