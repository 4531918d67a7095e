package io.tailrace.simulation;

import java.io.FileNotFoundException;
import java.util.Arrays;
import java.util.Random;

/** What happens to a file on a disk while nobody writes it. */
public enum Damage {
  FLIPPED_BIT {
    @Override
    byte[] damaged(byte[] content, Random random) {
      byte[] damaged = content.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      return damaged;
    }
  },
  CUT {
    @Override
    byte[] damaged(byte[] content, Random random) {
      return Arrays.copyOf(content, random.nextInt(content.length));
    }
  },
  EMPTIED {
    @Override
    byte[] damaged(byte[] content, Random random) {
      return new byte[0];
    }
  },
  DELETED {
    @Override
    byte[] damaged(byte[] content, Random random) {
      throw new AssertionError("nothing is left");
    }
  };

  /** The content that is left of a file that had some. */
  abstract byte[] damaged(byte[] content, Random random);

  /** Damages a file that is not empty. */
  public void happenTo(SimulatedDisk disk, String path, Random random)
      throws FileNotFoundException {
    if (this == DELETED) {
      disk.delete(path);
    } else {
      disk.put(path, damaged(disk.read(path), random));
    }
  }
}
