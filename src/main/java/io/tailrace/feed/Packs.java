package io.tailrace.feed;

import io.tailrace.ledger.Slice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes units of slices of files.
 *
 * @param unitBytes the most bytes in a unit
 * @param apart whether no two files are in a unit
 */
record Packs(long unitBytes, boolean apart) {

  /** Opening a file costs about as much as reading so many of its bytes. */
  static final long OPEN_COST_BYTES = 1 << 16;

  /** A poll's files become at least this many units, if that does not make the units tiny. */
  private static final int UNITS_A_POLL = 16;

  private static final long TINY_UNIT_BYTES = 4L << 20;

  /** Unpacked data is about this many times as large, as far as planning is concerned. */
  private static final int PACKED_FACTOR = 4;

  /** Where a part of a file is cut into pieces that fit into units: their ends. */
  List<Long> cuts(long from, long to) {
    long size = to - from;
    long pieces = Math.max(1, ceilDiv(size, unitBytes));
    List<Long> ends = new ArrayList<>();
    for (long piece = 1; piece <= pieces; piece++) {
      ends.add(from + size / pieces * piece + Math.min(piece, size % pieces));
    }
    return ends;
  }

  private static long ceilDiv(long dividend, long divisor) {
    return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
  }

  /** Packs slices, in their order, to about the same weight. */
  List<Finder.Pack> pack(List<Slice> slices, int attempt) {
    long total = slices.stream().mapToLong(Packs::weight).sum();
    long target = Math.min(unitBytes, Math.max(TINY_UNIT_BYTES, ceilDiv(total, UNITS_A_POLL)));
    List<Finder.Pack> packs = new ArrayList<>();
    List<Slice> pack = new ArrayList<>();
    Set<String> followed = new HashSet<>();
    long weight = 0;
    for (Slice slice : slices) {
      // The line numbers of a followed file are found by its name and the unit.
      boolean isFull =
          apart
              || weight + weight(slice) > target
              || !slice.isEmpty() && followed.contains(slice.source());
      if (!pack.isEmpty() && isFull) {
        packs.add(new Finder.Pack(pack, attempt));
        pack = new ArrayList<>();
        followed.clear();
        weight = 0;
      }
      pack.add(slice);
      if (slice.isOfGrowingFile() && !slice.isEmpty()) {
        followed.add(slice.source());
      }
      weight += weight(slice);
    }
    if (!pack.isEmpty()) {
      packs.add(new Finder.Pack(pack, attempt));
    }
    return packs;
  }

  private static long weight(Slice slice) {
    long bytes = slice.to() - slice.from();
    return OPEN_COST_BYTES
        + (FileSliceReader.isPacked(slice.source()) ? bytes * PACKED_FACTOR : bytes);
  }
}
