package io.tailrace;

import io.tailrace.demo.DemoCommand;
import io.tailrace.demo.GenerateCommand;
import io.tailrace.demo.KafkaCommand;
import io.tailrace.demo.S3Command;
import io.tailrace.game.GameApiCommand;
import io.tailrace.options.OptionsHelp;
import io.tailrace.options.UsageException;
import io.tailrace.options.WarmUp;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.query.CheckCommand;
import io.tailrace.query.CompactCommand;
import io.tailrace.query.DescribeCommand;
import io.tailrace.query.HistoryCommand;
import io.tailrace.query.QueryCommand;
import io.tailrace.query.VacuumCommand;
import io.tailrace.run.DashboardCommand;
import io.tailrace.run.ExplainCommand;
import io.tailrace.run.RunCommand;
import io.tailrace.run.RunSqlCommand;
import io.tailrace.run.StatusCommand;
import io.tailrace.run.StopCommand;
import io.tailrace.watch.WatchCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** The command line. */
@Command(
    name = "tailrace",
    description = "Keeps reports and logs current while log data arrives.",
    mixinStandardHelpOptions = true,
    version = "Tailrace 0.1.0")
public final class Main implements Callable<Integer> {

  private static final int ENDED = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final String STACK_TRACE = "--stacktrace";

  /** Those of no pipeline, in the order in which they are told. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("watch", WatchCommand.class);
    COMMANDS.put("run", RunSqlCommand.class);
    COMMANDS.put("explain", ExplainCommand.class);
    COMMANDS.put("status", StatusCommand.class);
    COMMANDS.put("stop", StopCommand.class);
    COMMANDS.put("check", CheckCommand.class);
    COMMANDS.put("query", QueryCommand.class);
    COMMANDS.put("dashboard", DashboardCommand.class);
    COMMANDS.put("history", HistoryCommand.class);
    COMMANDS.put("describe", DescribeCommand.class);
    COMMANDS.put("compact", CompactCommand.class);
    COMMANDS.put("vacuum", VacuumCommand.class);
    COMMANDS.put("generate", GenerateCommand.class);
    COMMANDS.put("s3", S3Command.class);
    COMMANDS.put("kafka", KafkaCommand.class);
    COMMANDS.put("game-api", GameApiCommand.class);
  }

  @Spec private CommandSpec command;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Utf8Process.printUtf8();
    System.exit(run(arguments));
  }

  /**
   * Runs a command.
   *
   * @return its exit code: 0, 1 if it failed, 2 if it was given something that it cannot use
   */
  static int run(String... arguments) {
    boolean stackTrace = List.of(arguments).contains(STACK_TRACE);
    List<String> all;
    try {
      all = ConfigFile.expand(Utf8Process.arguments(arguments));
      LogLevel.set(all);
    } catch (UsageException e) {
      return fail(e, MISUSED, stackTrace);
    }
    // Beam looks at the options that it knows for a third of a second, once.
    WarmUp.begin(PipelineOptionsFactory::create);
    List<String> words =
        all.stream().filter(word -> !word.equals(STACK_TRACE) && !LogLevel.isIn(word)).toList();
    CommandLine commandLine = new CommandLine(new Main());
    commands(words).forEach(commandLine::addSubcommand);
    if (OptionsHelp.isAsked(words)) {
      commandLine.getSubcommands().values().forEach(Main::completeHelp);
    }
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler((e, args) -> fail(misuse(e), MISUSED, stackTrace));
    commandLine.setExecutionExceptionHandler(
        (e, command, result) ->
            fail(e, e instanceof UsageException ? MISUSED : FAILED, stackTrace));
    return commandLine.execute(words.toArray(String[]::new));
  }

  /**
   * The commands by their names, as picocli takes them: the one that is asked for, or all where it
   * is none of them. To know them all takes picocli a tenth of a second.
   */
  static Map<String, Object> commands(List<String> words) {
    String asked = words.isEmpty() ? "" : words.get(0);
    if (COMMANDS.containsKey(asked)) {
      return Map.of(asked, COMMANDS.get(asked));
    }
    Optional<LogPipeline> pipeline = Pipelines.named(asked);
    if (pipeline.isPresent()) {
      return Map.of(asked, command(pipeline.get()));
    }
    Map<String, Object> commands = new LinkedHashMap<>(COMMANDS);
    Pipelines.builtIn().forEach(shipped -> commands.put(shipped.name(), command(shipped)));
    return commands;
  }

  /** Commands that are about an output leave the options of storages to Beam. */
  private static void completeHelp(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    boolean isOfOutput = spec.findOption("--output") != null;
    if (isOfOutput && !spec.unmatchedArgsBindings().isEmpty()) {
      new OptionsHelp(spec, List.of()).storage();
    }
  }

  private static CommandSpec command(LogPipeline pipeline) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new Run(pipeline));
    spec.usageMessage().description(pipeline.description());
    return spec;
  }

  /** Without a command: says which there are. */
  @Override
  public Integer call() {
    command.commandLine().usage(System.out);
    return ENDED;
  }

  /** Says what to do where picocli only says what is wrong. */
  private static Exception misuse(ParameterException e) {
    CommandLine command = e.getCommandLine();
    if (command.getParent() != null) {
      return new UsageException(
          command.getCommandName() + ": " + e.getMessage() + "; --help tells more", e);
    }
    String commands = String.join(", ", command.getSubcommands().keySet());
    return new UsageException(e.getMessage() + "; the commands are " + commands, e);
  }

  private static int fail(Exception e, int exitCode, boolean stackTrace) {
    if (stackTrace) {
      e.printStackTrace();
    } else {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      String line = message.lines().findFirst().orElse("");
      System.err.printf(
          "tailrace: %s%s%n", line, exitCode == FAILED ? " (" + STACK_TRACE + " shows more)" : "");
      if (e instanceof UsageException usage && !usage.details().isEmpty()) {
        System.err.println(usage.details());
      }
    }
    return exitCode;
  }

  /** A pipeline's options are Beam's to read. */
  @Command(mixinStandardHelpOptions = false)
  private static final class Run implements Callable<Integer> {

    private final LogPipeline pipeline;
    @Unmatched private final List<String> options = new ArrayList<>();

    Run(LogPipeline pipeline) {
      this.pipeline = pipeline;
    }

    @Override
    public Integer call() throws Exception {
      return RunCommand.run(pipeline, options);
    }
  }
}
