package io.tailrace.ledger;

import io.tailrace.storage.Durability;
import io.tailrace.storage.Folder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder of entries that never change: sealed files of one kind, each created if it is absent. Of
 * those who create the same entry at the same time one succeeds, and whoever was frozen before it
 * created an entry cannot undo what others did meanwhile.
 *
 * <p>A damaged file is neither believed nor overwritten: its replacement stands beside it, under
 * the next generation of its name. The first generation that is undamaged counts.
 *
 * @param folder where the entries are
 * @param workshop where a file may be until it is complete
 * @param suffix what the names of files end with
 */
public record EntryFolder(Folder folder, Folder workshop, SealedContent.Kind kind, String suffix) {

  private static final String GENERATION = "~";

  /**
   * Reads an entry, if it is there.
   *
   * @throws DamagedFileException if it is damaged and has no replacement
   */
  Optional<byte[]> read(String name) throws IOException {
    DamagedFileException damage = null;
    for (int generation = 1; ; generation++) {
      String file = file(name, generation);
      try (InputStream in = folder.open(file)) {
        return Optional.of(SealedContent.open(kind, folder.file(file), in.readAllBytes()));
      } catch (FileNotFoundException e) {
        if (damage != null) {
          throw damage;
        }
        return Optional.empty();
      } catch (DamagedFileException e) {
        damage = damage == null ? e : damage;
      }
    }
  }

  /**
   * Creates an entry, unless there is one that is undamaged.
   *
   * @return whether this call has created it
   */
  boolean create(String name, byte[] content, Durability durability) throws IOException {
    byte[] sealed = SealedContent.seal(kind, content);
    for (int generation = 1; ; generation++) {
      String file = file(name, generation);
      if (folder.writeIfAbsent(file, workshop, sealed, durability)) {
        return true;
      }
      try (InputStream in = folder.open(file)) {
        SealedContent.open(kind, folder.file(file), in.readAllBytes());
        return false;
      } catch (FileNotFoundException e) {
        // It was there and has been deleted meanwhile.
        generation = 0;
      } catch (DamagedFileException e) {
        // The next generation replaces it.
      }
    }
  }

  /** Whether an entry is there, damaged or not. */
  boolean has(String name) throws IOException {
    return folder.has(file(name, 1));
  }

  /** The names of the entries that begin so, in their order, damaged or not. */
  List<String> names(String prefix) throws IOException {
    return files(prefix).map(this::name).distinct().toList();
  }

  /**
   * A file of an entry, as it was found.
   *
   * @param entry the name of the entry
   * @param file the name of the file
   * @param damage what is wrong with it, or null
   */
  record Found(String entry, String file, DamagedFileException damage) {}

  /** Reads all files whose names begin so. One that is deleted meanwhile is left out. */
  List<Found> find(String prefix) throws IOException {
    try {
      return files(prefix).parallel().map(this::findFile).flatMap(Optional::stream).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Optional<Found> findFile(String file) {
    try (InputStream in = folder.open(file)) {
      SealedContent.open(kind, folder.file(file), in.readAllBytes());
      return Optional.of(new Found(name(file), file, null));
    } catch (DamagedFileException e) {
      return Optional.of(new Found(name(file), file, e));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the entries, in all generations, whose names begin so and meet a condition. */
  void delete(String prefix, Predicate<String> condition) throws IOException {
    for (String file : files(prefix).toList()) {
      if (condition.test(name(file))) {
        folder.delete(file);
      }
    }
  }

  /** The files of entries, in their order. Others that somebody has put there do not count. */
  private Stream<String> files(String prefix) throws IOException {
    return folder.list(prefix, suffix).stream().filter(file -> kind.mayBe(name(file)));
  }

  /** The path of the first generation of an entry. */
  String path(String name) {
    return folder.file(file(name, 1));
  }

  private String file(String name, int generation) {
    return name + (generation == 1 ? "" : GENERATION + generation) + suffix;
  }

  private String name(String file) {
    String name = file.substring(0, file.length() - suffix.length());
    int generation = name.lastIndexOf(GENERATION);
    return generation < 0 ? name : name.substring(0, generation);
  }
}
