package io.tailrace.feed;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

/** The formats of packed files, by the ends of their names. */
public enum Packing {
  gz("gzip"),
  bz2("bzip2"),
  zst("zstd");

  private final String format;

  Packing(String format) {
    this.format = format;
  }

  /** What its program and the reasons of unreadable files call it. */
  public String format() {
    return format;
  }

  /** One member with this content. */
  public byte[] pack(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = stream(packed)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  private OutputStream stream(OutputStream out) throws IOException {
    return switch (this) {
      case gz -> new GZIPOutputStream(out);
      case bz2 -> new BZip2CompressorOutputStream(out, 1);
      // As the program does.
      case zst -> new ZstdOutputStream(out).setChecksum(true);
    };
  }

  /** Where a bit can be changed so that the content is the same and the checksum another. */
  public int checksumIn(byte[] packed) {
    return switch (this) {
      case gz -> packed.length - 5;
      // Behind the header of the file and that of the block.
      case bz2 -> 10;
      case zst -> packed.length - 1;
    };
  }
}
