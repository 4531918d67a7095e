package io.tailrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tailrace.ledger.ContentSum;
import io.tailrace.ledger.DamagedFileException;
import io.tailrace.ledger.Folding;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.LostException;
import io.tailrace.ledger.Manifest;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.SimulatedTotals;
import io.tailrace.ledger.Unit;
import io.tailrace.ledger.UnitTable;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.options.TableFormat;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.progress.ProgressSource;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.simulation.Fault;
import io.tailrace.simulation.Schedule;
import io.tailrace.simulation.SimulatedDisk;
import io.tailrace.storage.Folder;
import io.tailrace.storage.SimulatedStorage;
import io.tailrace.storage.StoredFile;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogFile;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A history of a ledger: input arrives and changes, two competing runs plan, read, add and fold,
 * and a worker helps whichever run is the newest, while the disk and the processes fail. At its end
 * one undisturbed run takes everything to the end, and reports, logs, dead letters and progress are
 * compared with what has arrived.
 *
 * <p>The seed decides everything: the disk, the input, the limits of folding, the faults, and who
 * goes on when.
 */
final class LedgerSimulation {

  private static final String INPUT = "sim://disk/input/";
  private static final String OUTPUT = "sim://disk/output";
  private static final Report VOLUME = Pipelines.SERVER_LOGS.reports().get(0);
  private static final String SEV0 = Pipelines.SERVER_LOGS.logs().get(0).name();
  private static final String SEVERITY = "COUNT(*) FILTER (WHERE severity = %d)";
  private static final Pattern TOKEN = Pattern.compile("f(\\d+)v(\\d+)");

  /** The pipeline of server logs with a report that drops rows, of some of which it has others. */
  private static final SqlPipeline DROPPING = dropping();

  private static final Report RECENT = DROPPING.reports().get(1);
  private static final int SECONDS_KEPT = 98;

  /** From this step on nothing goes wrong. */
  private static final int TROUBLED_STEPS = 2_500;

  private static final int LIVES = 8;
  private static final int RUNS_A_LIFE = 3;
  private static final int POLLS = 8;
  private static final int WORKER_LOOKS = 12;
  private static final int PROGRESS_LOOKS = 15;
  private static final int MOST_ATTEMPTS = 500;
  private static final int QUIET_POLLS = 4;
  private static final int MOST_POLLS = 200;
  private static final int TAIL_OF_HISTORY = 150;

  /** So often a file of each kind is damaged in a history. */
  private static final int DAMAGES_A_KIND = 4;

  /** Longer than anything waits that tries again. */
  private static final long LONG_MILLIS = 130_000;

  /** A version of a file: its lines of each kind are distinct in all of the input. */
  private record Version(String token, int severe, int mild, int bad) {

    byte[] content() {
      StringBuilder lines = new StringBuilder("\n");
      for (int i = 0; i < severe; i++) {
        lines.append(token).append(",0,").append(1 + i).append('\n');
      }
      for (int i = 0; i < mild; i++) {
        lines.append(token).append(",2,").append(100 + i).append('\n');
      }
      for (int i = 0; i < bad; i++) {
        lines.append("bad ").append(token).append(' ').append(i).append('\n');
      }
      return lines.toString().getBytes(UTF_8);
    }

    boolean isBlank() {
      return severe + mild + bad == 0;
    }

    /** The times of its records, in seconds. */
    IntStream times() {
      return IntStream.concat(IntStream.rangeClosed(1, severe), IntStream.range(100, 100 + mild));
    }
  }

  private static SqlPipeline dropping() {
    try {
      String file = "server-logs.sql";
      return SqlPipeline.of(
          new Ledger.Sql(
              file,
              Files.readString(Path.of("pipelines", "server-logs", file))
                  + """
                  CREATE MATERIALIZED VIEW recent WITH (retention = '98 seconds') AS
                  SELECT serverID, to_timestamp("timestamp") AS second, COUNT(*) AS records
                  FROM server_logs GROUP BY ALL;
                  """));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final long seed;
  private final Random choices;
  private SimulatedDisk disk;
  private final Folder output = new Folder(OUTPUT);
  private final Ledger ledger = Ledger.of(output);
  private final Folding.Limits limits;
  private final int additionsToBase;
  private final int partRows;
  private final FileFeed feed;
  private final List<Report> reports;
  private final RecordWork work;
  private final Map<Integer, List<Version>> input = new TreeMap<>();
  private Schedule schedule;

  /** The last plan that each run has given to its workers. */
  private final Map<Long, Long> given = new HashMap<>();

  private long counted;

  private LedgerSimulation(long seed, UnaryOperator<SimulatedDisk> lack) {
    this(seed, lack, Pipelines.SERVER_LOGS, List.of(VOLUME));
  }

  private LedgerSimulation(
      long seed, UnaryOperator<SimulatedDisk> lack, LogPipeline logs, List<Report> reports) {
    this.seed = seed;
    this.choices = Schedule.random(~seed);
    this.disk =
        lack.apply(
            choices.nextBoolean() ? SimulatedDisk.fileSystem() : SimulatedDisk.objectStore());
    this.limits =
        new Folding.Limits(1 + choices.nextInt(4), 1 + choices.nextInt(8), 2 + choices.nextInt(10));
    this.additionsToBase = 1 + choices.nextInt(5);
    Random size = Schedule.random(seed + 1);
    this.partRows = size.nextBoolean() ? Integer.MAX_VALUE : 1 + size.nextInt(4);
    boolean cut = choices.nextBoolean();
    this.feed =
        new FileFeed(
            new FileListing(List.of(INPUT + "*"), OUTPUT),
            1_000,
            0,
            1 + choices.nextInt(4),
            cut ? 100 : 200_000,
            Records.lines,
            false,
            false);
    this.reports = reports;
    this.work = RecordWork.of(logs.records(null), reports, logs.logs(), TableFormat.csv, 0);
  }

  /**
   * Runs the history of a seed.
   *
   * @param lack takes from the disk what the ledger relies on, or nothing
   * @throws AssertionError with the seed and the last operations if it does not end as it should
   */
  static void run(long seed, UnaryOperator<SimulatedDisk> lack) {
    LedgerSimulation simulation = new LedgerSimulation(seed, lack);
    simulation.run(simulation.troubled());
  }

  /** The same with a second report, which drops its rows after a time. */
  static void runDropping(long seed) {
    LedgerSimulation simulation =
        new LedgerSimulation(seed, UnaryOperator.identity(), DROPPING, DROPPING.reports());
    simulation.run(simulation.troubled());
  }

  private Schedule troubled() {
    Schedule troubled = Schedule.of(seed, disk).quietFrom(TROUBLED_STEPS);
    for (Fault fault : Fault.values()) {
      troubled.often(fault, List.of(0.0, 0.001, 0.004, 0.01).get(choices.nextInt(4)));
    }
    return troubled;
  }

  /**
   * Runs the history of a seed in which whoever does the operation of a number is frozen before it,
   * until all others are done.
   */
  static void runFrozen(long seed, int operation, UnaryOperator<SimulatedDisk> lack) {
    LedgerSimulation simulation = new LedgerSimulation(seed, lack);
    simulation.run(Schedule.of(seed, simulation.disk).at(operation, Fault.FREEZE_BEFORE));
  }

  /**
   * Runs the history of a seed but for its last run, and damages files of each kind, one at a time,
   * each on a copy of the disk. Whoever asks then gets the answer from before or is told of the
   * file, and the last run ends exactly or tells of it.
   *
   * @param kinds which kinds of files are damaged
   * @param harm what happens to a file of a path
   * @return the outcomes
   */
  static List<Outcome> runDamaged(long seed, Predicate<String> kinds, Harm harm) {
    LedgerSimulation simulation = new LedgerSimulation(seed, UnaryOperator.identity());
    try {
      return simulation.damageEach(kinds, harm);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Damages a file. */
  @FunctionalInterface
  interface Harm {
    void happen(SimulatedDisk disk, String path, Random random) throws IOException;
  }

  /**
   * What came of a damaged file.
   *
   * @param kind the folder of the file in the output
   * @param answered whether there was an answer, and not a word about the file
   * @param ended whether the last run came to its end
   */
  record Outcome(String kind, boolean answered, boolean ended) {}

  private void run(Schedule faults) {
    schedule = faults;
    Schedule troubled = schedule;
    try {
      trouble();
      use(disk);
      schedule.actor("last", this::finish).run();
    } catch (AssertionError e) {
      throw withHistory(troubled, e);
    }
  }

  private AssertionError withHistory(Schedule troubled, AssertionError e) {
    List<String> history = troubled.history();
    return new AssertionError(
        "seed "
            + seed
            + " after the operations\n"
            + String.join(
                "\n",
                history.subList(Math.max(0, history.size() - TAIL_OF_HISTORY), history.size())),
        e);
  }

  /** Everything but the last run. */
  private void trouble() {
    SimulatedStorage.install(disk, schedule);
    schedule
        .outside("source", this::arrive)
        .outside("progress", this::watchProgress)
        .actor("first", LIVES, this::runs)
        .actor("second", LIVES, this::runs)
        .actor("worker", LIVES, this::help)
        .run();
  }

  /** From now on this is the disk, on which nothing goes wrong. */
  private void use(SimulatedDisk undisturbed) {
    disk = undisturbed;
    schedule = Schedule.of(seed, disk);
    SimulatedStorage.install(disk, schedule);
  }

  private List<Outcome> damageEach(Predicate<String> wanted, Harm harm) throws IOException {
    schedule = troubled();
    trouble();
    use(disk.copy());
    SimulatedDisk whole = disk;
    int newFile = input.size();
    put(newFile, version(newFile, 3));
    if (ledger.run().isEmpty()) {
      return List.of();
    }
    Map<String, List<String>> kinds = new TreeMap<>();
    for (StoredFile file : whole.files(OUTPUT)) {
      if (file.size() > 0 && !file.path().contains("/temp/") && wanted.test(kind(file.path()))) {
        kinds.computeIfAbsent(kind(file.path()), key -> new ArrayList<>()).add(file.path());
      }
    }
    String answer = answer();
    List<Outcome> outcomes = new ArrayList<>();
    for (Map.Entry<String, List<String>> kind : kinds.entrySet()) {
      for (int times = 0; times < DAMAGES_A_KIND; times++) {
        String path = kind.getValue().get(choices.nextInt(kind.getValue().size()));
        use(whole.copy());
        harm.happen(disk, path, choices);
        try {
          outcomes.add(new Outcome(kind.getKey(), isAnswered(answer, path), isEnded(path)));
        } catch (AssertionError e) {
          throw new AssertionError("seed " + seed + " with damage to " + path, e);
        }
      }
    }
    return outcomes;
  }

  private static String kind(String path) {
    String[] steps = path.substring(OUTPUT.length() + 1).split("/");
    return steps.length == 2 ? steps[0] : steps[1];
  }

  private boolean isAnswered(String expected, String damaged) {
    try {
      String answer = answer();
      require(
          answer.equals(expected) || looksUnread(damaged),
          "not " + expected + " is answered, but " + answer);
      return true;
    } catch (IOException | RuntimeException e) {
      requireTold(e, damaged);
      return false;
    }
  }

  /** What has no plan or no receipt any more looks like what is to be read yet. */
  private boolean looksUnread(String damaged) {
    return List.of("plans", "receipts").contains(kind(damaged)) && !isThere(damaged);
  }

  private boolean isThere(String path) {
    return disk.files(path).stream().anyMatch(file -> file.path().equals(path));
  }

  private boolean isEnded(String damaged) {
    try {
      schedule.actor("last", this::finish).run();
      return true;
    } catch (AssertionError e) {
      if (e.getCause() == null || e.getCause() instanceof AssertionError) {
        throw e;
      }
      requireTold(e.getCause(), damaged);
      return false;
    }
  }

  /** People are told which file is damaged, or where one is missing. */
  private void requireTold(Throwable end, String damaged) {
    Throwable cause = end instanceof UncheckedIOException ? end.getCause() : end;
    boolean told =
        cause instanceof LostException
            || cause instanceof DamagedFileException
            || cause instanceof UsageException;
    String named = isThere(damaged) ? damaged : damaged.substring(0, damaged.lastIndexOf('/'));
    if (!told || !cause.getMessage().contains(named)) {
      throw new AssertionError("not a word about " + damaged, end);
    }
  }

  /** What is asked of an output: its report, and the rows of its logs. */
  private String answer() throws IOException {
    ReportTable table = VOLUME.newTable();
    ledger.settledTotals(VOLUME, table::merge);
    Map<String, String> answer = new TreeMap<>();
    for (int row = 0; row < table.size(); row++) {
      answer.put(table.key(row), counts(table, row).toString());
    }
    List<String> rows = new ArrayList<>();
    Manifest manifest = new Manifest(ledger);
    manifest.refresh(false);
    for (String log : List.of(SEV0, DeadLetter.LOG.name())) {
      for (LogFile file : manifest.files(log)) {
        rows.addAll(rows(log, file));
      }
    }
    rows.sort(null);
    return answer + "\n" + rows;
  }

  private void pause(int most) {
    for (int times = schedule.choose(most); times > 0; times--) {
      schedule.pause();
    }
  }

  private void arrive() {
    int files = 4 + schedule.choose(16);
    for (int file = 0; file < files; file++) {
      int kind = schedule.choose(8);
      put(file, kind == 0 ? blank(file) : version(file, kind == 1 ? 12 : 3));
      pause(60);
      int other = schedule.choose(file + 1);
      if (schedule.choose(3) == 0 && input.get(other).get(0).severe() < 4) {
        if (schedule.choose(2) == 0) {
          disk.delete(path(other));
          pause(60);
          put(other, last(other));
        } else {
          put(other, version(other, 3));
        }
      }
    }
  }

  private Version blank(int file) {
    return new Version(token(file), 0, 0, 0);
  }

  private Version version(int file, int size) {
    int more = size > 3 ? 4 : 0;
    return new Version(
        token(file),
        1 + more + schedule.choose(size),
        schedule.choose(size),
        schedule.choose(size));
  }

  private String token(int file) {
    return "f" + file + "v" + input.getOrDefault(file, List.of()).size();
  }

  private Version last(int file) {
    List<Version> versions = input.get(file);
    return versions.get(versions.size() - 1);
  }

  private void put(int file, Version version) {
    List<Version> versions = input.computeIfAbsent(file, key -> new ArrayList<>());
    if (!versions.contains(version)) {
      versions.add(version);
    }
    disk.put(path(file), version.content());
  }

  private static String path(int file) {
    return INPUT + String.format("%03d", file) + ".csv";
  }

  /** What progress has counted is never lost. */
  private void watchProgress() throws IOException {
    for (int look = 0; look < PROGRESS_LOOKS; look++) {
      pause(120);
      int cuts = disk.powerCuts();
      long records = ProgressSource.ofLedger(ledger).read().records();
      require(
          disk.powerCuts() > cuts || records >= counted,
          "progress had counted " + counted + ", now " + records);
      if (disk.powerCuts() == cuts) {
        counted = records;
      }
    }
  }

  private void runs() throws IOException {
    for (int times = 0; times < RUNS_A_LIFE; times++) {
      pause(80);
      ledger.claim("server-logs", "units", TableFormat.csv, reports);
      Optional<Ledger.Run> run = begin();
      if (run.isPresent()) {
        go(run.get());
      }
    }
  }

  private Optional<Ledger.Run> begin() throws IOException {
    try {
      return Optional.of(ledger.beginRun(reports));
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).startsWith("another run has just begun")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void go(Ledger.Run run) throws IOException {
    Work units = new Work(run.number());
    try (Planner planner = Planner.open(ledger, run.number(), feed, limits);
        UnitProcessor processor = new UnitProcessor(ledger, output, feed, work)) {
      long next = run.firstPlan();
      for (int poll = 0; poll < POLLS && !ledger.isSuperseded(run.number()); poll++) {
        disk.pass(schedule.choose(2) == 0 ? 2_000 : 100);
        planner.poll(disk.now());
        given.merge(run.number(), planner.lastPlan(), Math::max);
        if (schedule.choose(8) == 0) {
          // A runner begins again from an old state.
          next = Math.max(run.firstPlan(), next - 1 - schedule.choose(3));
        }
        while (next <= planner.lastPlan()) {
          for (Unit unit : UnitSource.units(ledger, next)) {
            units.take(processor, unit);
          }
          next++;
        }
        units.add();
      }
      if (schedule.choose(2) == 0) {
        planner.foldAll();
      }
    }
  }

  /** Another process that reads units for whichever run is the newest. */
  private void help() throws IOException {
    for (int times = 0; times < RUNS_A_LIFE; times++) {
      pause(200);
      Optional<Ledger.Run> run = ledger.run();
      if (run.isPresent()) {
        Work units = new Work(run.get().number());
        long next = run.get().firstPlan();
        try (UnitProcessor processor = new UnitProcessor(ledger, output, feed, work)) {
          for (int look = 0;
              look < WORKER_LOOKS && !ledger.isSuperseded(run.get().number());
              look++) {
            for (; next <= given.getOrDefault(run.get().number(), 0L); next++) {
              for (Unit unit : UnitSource.units(ledger, next)) {
                units.take(processor, unit);
              }
            }
            units.add();
            pause(20);
          }
        }
      }
    }
  }

  /** What a process does with units, as {@link ProcessUnits} and then the totals do it. */
  private final class Work {

    private final long run;
    private final Map<Report, SimulatedTotals> totals = new LinkedHashMap<>();
    private final Map<Report, List<UnitTable>> values = new LinkedHashMap<>();

    Work(long run) {
      this.run = run;
      for (Report report : reports) {
        totals.put(report, SimulatedTotals.of(ledger, report, additionsToBase, partRows));
        values.put(report, new ArrayList<>());
      }
    }

    void take(UnitProcessor processor, Unit unit) throws IOException {
      Optional<Receipt> known = processor.known(unit);
      if (known.isEmpty() && ledger.isFolded(unit)) {
        values.forEach(
            (report, all) -> all.add(UnitTable.of(Unit.FOLDED.number(), report.newTable())));
        return;
      }
      if (known.isEmpty()) {
        known = read(processor, unit);
      }
      if (known.isPresent()) {
        ledger.writeRetryNotes(unit, known.get());
        Map<String, ReportTable> tables = known.get().tables();
        values.forEach(
            (report, all) -> all.add(UnitTable.of(unit.number(), tables.get(report.name()))));
        if (schedule.choose(3) == 0) {
          add();
        }
      }
    }

    private Optional<Receipt> read(UnitProcessor processor, Unit unit) throws IOException {
      for (int attempt = 0; ledger.goesOn(run); attempt++) {
        try {
          return Optional.of(processor.process(unit));
        } catch (IOException | UncheckedIOException e) {
          if (attempt == MOST_ATTEMPTS) {
            throw e;
          }
          schedule.pause();
        }
      }
      return Optional.empty();
    }

    void add() throws IOException {
      for (Report report : reports) {
        add(totals.get(report), values.get(report));
      }
    }

    private void add(SimulatedTotals sums, List<UnitTable> units) throws IOException {
      for (int attempt = 0; !units.isEmpty() && !ledger.isSuperseded(run); attempt++) {
        try {
          sums.add(units);
          units.clear();
        } catch (IOException e) {
          if (attempt == MOST_ATTEMPTS) {
            throw e;
          }
          schedule.pause();
        }
      }
    }
  }

  private void finish() throws IOException {
    ledger.claim("server-logs", "units", TableFormat.csv, reports);
    Ledger.Run run = ledger.beginRun(reports);
    Work units = new Work(run.number());
    try (Planner planner = Planner.open(ledger, run.number(), feed, limits);
        UnitProcessor processor = new UnitProcessor(ledger, output, feed, work)) {
      long next = run.firstPlan();
      int polls = 0;
      for (int quiet = 0; quiet < QUIET_POLLS; quiet++) {
        require(polls++ < MOST_POLLS, "there is always something to plan");
        disk.pass(LONG_MILLIS);
        if (planner.poll(disk.now()).planned()) {
          quiet = 0;
        }
        for (; next <= planner.lastPlan(); next++) {
          for (Unit unit : UnitSource.units(ledger, next)) {
            units.take(processor, unit);
          }
        }
        units.add();
      }
      compare();
      planner.foldAll();
      compare();
    }
  }

  private void compare() throws IOException {
    Map<Integer, Version> read = report();
    Map<String, Integer> rows = new HashMap<>();
    Manifest manifest = new Manifest(ledger);
    manifest.refresh(false);
    for (String log : List.of(SEV0, DeadLetter.LOG.name())) {
      for (LogFile file : manifest.files(log)) {
        for (String row : rows(log, file)) {
          Matcher token = TOKEN.matcher(row);
          require(token.find(), "a row of nothing: " + row);
          String what = log.equals(SEV0) ? row : row.substring(row.indexOf("bad ")).split(",")[0];
          require(rows.merge(what, 1, Integer::sum) == 1, "a row comes twice: " + row);
        }
      }
    }
    long records = 0;
    int expectedRows = 0;
    for (Map.Entry<Integer, List<Version>> file : input.entrySet()) {
      Version version = read.get(file.getKey());
      if (version == null) {
        // A report has no row of a file that has only lines that are no records.
        version = last(file.getKey());
        require(version.isBlank(), path(file.getKey()) + " is not in the report");
      }
      records += version.severe() + version.mild();
      expectedRows += version.severe() + version.bad();
      for (int i = 0; i < version.severe(); i++) {
        require(rows.containsKey(version.token() + "," + (1 + i)), "no row of " + version);
      }
      for (int i = 0; i < version.bad(); i++) {
        String bad = "bad " + version.token() + " " + i;
        require(rows.containsKey(bad), "no row of " + bad);
      }
    }
    require(rows.size() == expectedRows, "rows of several versions: " + rows.keySet());
    if (reports.contains(RECENT)) {
      compareRecent(read.values());
    }
    long told = ProgressSource.ofLedger(ledger).read().records();
    require(told == records, "progress tells of " + told + " records of " + records);
  }

  /** The report has all records of the last seconds, and no others. */
  private void compareRecent(Collection<Version> read) throws IOException {
    int newest = read.stream().flatMapToInt(Version::times).max().orElse(0);
    List<String> expected =
        read.stream()
            .flatMap(
                version ->
                    version
                        .times()
                        .filter(time -> time >= newest - SECONDS_KEPT)
                        .mapToObj(time -> version.token() + " " + time + " 1"))
            .sorted()
            .toList();
    List<String> rows = new ArrayList<>();
    ledger.settledTotals(
        RECENT,
        table -> {
          for (int row = 0; row < table.size(); row++) {
            String[] key = table.key(row).split("\u001f");
            long second = Long.parseLong(key[1]) / 1_000_000;
            rows.add(key[0] + " " + second + " " + table.measure(row, 0));
          }
        });
    rows.sort(null);
    require(rows.equals(expected), "recent are " + rows + " and not " + expected);
  }

  /** The records of a row, and those of each severity. */
  private static List<Long> counts(ReportTable table, int row) {
    List<Long> counts = new ArrayList<>(List.of(table.measure(row, 0)));
    for (int severity = 0; severity < 3; severity++) {
      counts.add(table.measure(row, VOLUME.indexOf(String.format(SEVERITY, severity))));
    }
    return counts;
  }

  /** The version of each file that is in the report. */
  private Map<Integer, Version> report() throws IOException {
    ReportTable table = VOLUME.newTable();
    ledger.settledTotals(VOLUME, table::merge);
    Map<Integer, Version> read = new TreeMap<>();
    for (int row = 0; row < table.size(); row++) {
      Matcher token = TOKEN.matcher(table.key(row));
      require(token.matches(), "a row of nothing: " + table.key(row));
      int file = Integer.parseInt(token.group(1));
      Version version =
          input.get(file).stream()
              .filter(each -> each.token().equals(token.group()))
              .findFirst()
              .orElseThrow();
      require(read.put(file, version) == null, "two versions of file " + file);
      List<Long> counts = counts(table, row);
      List<Long> expected =
          List.of(
              (long) version.severe() + version.mild(),
              (long) version.severe(),
              0L,
              (long) version.mild());
      require(counts.equals(expected), version + " is in the report as " + counts);
    }
    return read;
  }

  /** The rows of a file on the disk, which must be what the manifest says. */
  private List<String> rows(String log, LogFile file) throws IOException {
    String path = output.folder(log).file(file.name());
    byte[] bytes;
    try {
      bytes = disk.read(path);
    } catch (FileNotFoundException e) {
      throw new DamagedFileException(path, "it is missing");
    }
    ContentSum.of(new ByteArrayInputStream(bytes)).requireThatOf(file, path);
    List<String> lines = new String(bytes, UTF_8).lines().toList();
    require(lines.size() == file.rows() + 1, file + " has " + lines.size() + " lines");
    return lines.subList(1, lines.size());
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
