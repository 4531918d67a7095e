package io.tailrace.sql;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Programs that are bound and compiled already: those of the pipelines that come with the jar,
 * which its build has put in it, and those that this user has run before ({@link KeptPrograms}). A
 * run of one of them starts without DuckDB and without a compiler, which take most of a second of a
 * core.
 *
 * <p>A program of the jar is found by the SHA-256 of its text. Each is of the classes that have
 * made it, so that one of another version cannot be met. Any other text is bound and compiled.
 */
public final class BuiltPrograms {

  /** Where the jar has them, in this package. */
  private static final String FOLDER = "built/";

  /** By their plans, the classes of the programs that were asked for. */
  private static final Map<RecordsPlan, ClassCode.Compiled> CLASSES = new ConcurrentHashMap<>();

  /** Those that are loaded, which a process can do once. */
  private static final Map<RecordsPlan, ClassCode.Factory<CompiledRecords>> LOADED =
      new ConcurrentHashMap<>();

  private static final Optional<KeptPrograms> KEPT = KeptPrograms.ofUser();

  private BuiltPrograms() {}

  /**
   * A program and the class that takes its records.
   *
   * @param plan what the class does
   */
  record Built(SqlProgram program, RecordsPlan plan, ClassCode.Compiled code)
      implements Serializable {}

  /**
   * A step of the build: puts the programs of pipelines in the jar.
   *
   * @param arguments the jar, and the folder that has a folder of each pipeline: the program of
   *     {@code NAME} is {@code NAME/NAME.sql} there
   */
  public static void main(String[] arguments) throws IOException {
    List<Path> folders;
    try (Stream<Path> inside = Files.list(Path.of(arguments[1]))) {
      folders = inside.sorted().toList();
    }
    try (FileSystem jar = FileSystems.newFileSystem(Path.of(arguments[0]))) {
      Path target =
          jar.getPath(BuiltPrograms.class.getPackageName().replace('.', '/')).resolve(FOLDER);
      Files.createDirectories(target);
      for (Path folder : folders) {
        Path file = folder.resolve(folder.getFileName() + ".sql");
        if (Files.exists(file)) {
          String text = Files.readString(file);
          try (OutputStream out = Files.newOutputStream(target.resolve(hash(text)))) {
            out.write(toBytes(build(file.getFileName().toString(), text)));
          }
        }
      }
    }
  }

  /** Binds and compiles a program. */
  static Built build(String name, String text) {
    SqlProgram program = SqlPrograms.of(name, text);
    RecordsPlan plan = SqlRecords.of(program.input(), program.reports(), program.logs()).plan();
    // The hash, because the numbers of other names begin anew in each process.
    String className = "BuiltRecords_" + hash(text);
    return new Built(
        program, plan, RecordsCode.of(plan).compiled(CompiledRecords.class, className));
  }

  /**
   * The program of a text, if it is bound already.
   *
   * @param inferred the declaration of its input, if that is inferred
   */
  static Optional<SqlProgram> program(String text, Optional<String> inferred) {
    Optional<Built> built = inferred.isPresent() ? Optional.empty() : inJar(text);
    if (built.isEmpty()) {
      built = KEPT.flatMap(kept -> kept.find(text, inferred));
    }
    built.ifPresent(found -> CLASSES.put(found.plan(), found.code()));
    return built.map(Built::program);
  }

  private static Optional<Built> inJar(String text) {
    try (InputStream in = BuiltPrograms.class.getResourceAsStream(FOLDER + hash(text))) {
      return in == null ? Optional.empty() : Optional.of(read(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Keeps a program for the next run, unless it came with the jar.
   *
   * @param inferred the declaration of its input, if that is inferred
   * @param factory of the class of the program, which this process has loaded
   */
  static void keep(
      Optional<String> inferred, Built built, ClassCode.Factory<CompiledRecords> factory) {
    if (inferred.isPresent() || inJar(built.program().text()).isEmpty()) {
      // First here: a run in this process that finds it cannot load the class again.
      LOADED.put(built.plan(), factory);
      KEPT.ifPresent(kept -> kept.keep(inferred, built));
    }
  }

  /** Whether a program that was asked for has this plan. */
  static boolean has(RecordsPlan plan) {
    return CLASSES.containsKey(plan);
  }

  /** Makes objects of the class that does what is planned, if a program has this plan. */
  static Optional<ClassCode.Factory<CompiledRecords>> factory(RecordsPlan plan) {
    return has(plan)
        ? Optional.of(
            LOADED.computeIfAbsent(
                plan, missing -> CLASSES.get(missing).load(CompiledRecords.class)))
        : Optional.empty();
  }

  static String hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The SHA-256 in 64 digits. */
  static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  static byte[] toBytes(Built built) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Output out = new Output(bytes)) {
      out.writeObject(built);
    }
    return bytes.toByteArray();
  }

  static Built read(InputStream in) throws IOException {
    try (Input objects = new Input(in)) {
      return (Built) objects.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("It is a program of another version", e);
    }
  }

  /** What an {@link Optional} is written as, which cannot be written itself. */
  private record Maybe(Object value) implements Serializable {}

  private static final class Output extends ObjectOutputStream {

    Output(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      return object instanceof Optional<?> optional ? new Maybe(optional.orElse(null)) : object;
    }
  }

  private static final class Input extends ObjectInputStream {

    Input(InputStream in) throws IOException {
      super(in);
      enableResolveObject(true);
    }

    @Override
    protected Object resolveObject(Object object) {
      return object instanceof Maybe maybe ? Optional.ofNullable(maybe.value()) : object;
    }
  }
}
