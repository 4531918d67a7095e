package io.tailrace.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.ledger.Machine;
import io.tailrace.metrics.Trouble;
import io.tailrace.metrics.Troubles;
import io.tailrace.options.TailraceOptions;
import io.tailrace.storage.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run of this user on this machine, noted in {@code ~/.tailrace/runs} for as long as it lasts.
 * The note of a process that was killed counts as none, and is deleted by whoever finds it.
 *
 * @param pipeline its name
 * @param runner the name of the runner
 * @param process the number of its process
 * @param started when that was started, in milliseconds since 1970
 * @param since when the run began, as ISO 8601 has it
 * @param input what it reads: files, folders or topics
 * @param output where its results are
 * @param page the address of its page, or null
 * @param lastError the newest thing that its process waits for or could not read, or null
 */
record ActiveRun(
    String pipeline,
    String runner,
    long process,
    long started,
    String since,
    List<String> input,
    String output,
    String page,
    @JsonInclude(JsonInclude.Include.NON_NULL) Trouble lastError) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(ActiveRun.class);
  private static final String SUFFIX = ".json";

  static ActiveRun of(
      String pipeline,
      List<String> input,
      String output,
      Optional<String> page,
      TailraceOptions options) {
    return new ActiveRun(
        pipeline,
        options.getRunner().getSimpleName(),
        ProcessHandle.current().pid(),
        Machine.start(ProcessHandle.current()),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        List.copyOf(input),
        output,
        page.orElse(null),
        null);
  }

  private ActiveRun with(Trouble newest) {
    return new ActiveRun(pipeline, runner, process, started, since, input, output, page, newest);
  }

  private static Path folder() {
    return Path.of(System.getProperty("user.home"), ".tailrace", "runs");
  }

  private boolean isAlive() {
    return ProcessHandle.of(process)
        .filter(ProcessHandle::isAlive)
        .filter(alive -> Machine.start(alive) == started)
        .isPresent();
  }

  /**
   * Notes it, and then, at most once a second, that it has another trouble. A folder that cannot be
   * written is no reason not to run.
   *
   * @return what takes the note away
   */
  AutoCloseable note() {
    Path file = folder().resolve(UUID.randomUUID() + SUFFIX);
    write(file);
    ScheduledExecutorService scheduler =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "active-run");
              thread.setDaemon(true);
              return thread;
            });
    AtomicReference<ActiveRun> noted = new AtomicReference<>(this);
    scheduler.scheduleWithFixedDelay(
        () -> {
          ActiveRun now = with(Troubles.newest().orElse(null));
          if (!now.equals(noted.get()) && now.write(file)) {
            noted.set(now);
          }
        },
        1,
        1,
        TimeUnit.SECONDS);
    return () -> {
      scheduler.shutdown();
      scheduler.awaitTermination(1, TimeUnit.SECONDS);
      Files.deleteIfExists(file);
    };
  }

  private boolean write(Path file) {
    try {
      Files.createDirectories(folder());
      // The address of the page has what opens it.
      Path temporary = Files.createTempFile(folder(), SUFFIX, ".tmp", PrivateFile.attributes());
      Files.write(temporary, JSON.writeValueAsBytes(this));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      LOG.debug("The run cannot be noted for status", e);
      return false;
    }
  }

  /** The active runs, in the order in which they began. */
  static List<ActiveRun> all() throws IOException {
    List<ActiveRun> runs = new ArrayList<>();
    if (!Files.isDirectory(folder())) {
      return runs;
    }
    try (Stream<Path> notes = Files.list(folder())) {
      for (Path note : notes.filter(file -> file.toString().endsWith(SUFFIX)).toList()) {
        Optional<ActiveRun> run = read(note);
        if (run.isPresent() && run.get().isAlive()) {
          runs.add(run.get());
        } else {
          Files.deleteIfExists(note);
        }
      }
    }
    runs.sort(Comparator.comparing(ActiveRun::since).thenComparing(ActiveRun::process));
    return runs;
  }

  private static Optional<ActiveRun> read(Path note) throws IOException {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(note), ActiveRun.class));
    } catch (NoSuchFileException | JacksonException e) {
      return Optional.empty();
    }
  }
}
