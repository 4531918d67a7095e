package io.tailrace.options;

import io.tailrace.storage.StorageOptions;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Hidden;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The help text for options that Beam reads, in the form of the help of the other commands. A
 * default is the one that is in force, which may be a preset's.
 */
public final class OptionsHelp {

  private static final String OURS = "io.tailrace.";
  private static final String ALL = "--help=all";

  private final CommandSpec command;
  private final Map<String, String> presets = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /**
   * @param command the command whose help it is
   * @param presets the options that are set unless the command line does, as {@code --name=value}
   */
  public OptionsHelp(CommandSpec command, List<String> presets) {
    this.command = command;
    for (String preset : presets) {
      int equals = preset.indexOf('=');
      this.presets.put(preset.substring(2, equals), preset.substring(equals + 1));
    }
  }

  /** Whether a command line asks for help. */
  public static boolean isAsked(List<String> arguments) {
    return arguments.contains("--help") || arguments.contains("-h") || isAllAsked(arguments);
  }

  /** Whether it asks for all options, those of Beam and of the runner, too. */
  public static boolean isAllAsked(List<String> arguments) {
    return arguments.contains(ALL);
  }

  /** Adds the options of a pipeline. */
  public OptionsHelp pipeline(Class<? extends TailraceOptions> options) {
    return group(
        "Options",
        methods(options, type -> type.getName().startsWith(OURS) && type != StorageOptions.class));
  }

  /** Adds the options that say how a storage is reached. */
  public OptionsHelp storage() {
    return group("Storage", methods(StorageOptions.class, type -> type == StorageOptions.class));
  }

  /** Adds what can be given with each pipeline, beside its options. */
  public OptionsHelp general() {
    List<OptionSpec> all =
        List.of(
            option(
                "config",
                "FILE",
                "A file with options, one a line. The command line overrides it."),
            option("help", "all", "Without =all: this text. With it: the options of Beam, too."),
            option("logLevel", "LEVEL", "error, warn (the default), info, debug or trace."),
            OptionSpec.builder("--stacktrace")
                .description("Show the whole exception of a failure.")
                .build());
    return addGroup("General", all);
  }

  private static OptionSpec option(String name, String label, String description) {
    return OptionSpec.builder("--" + name)
        .type(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** Adds the options of Beam and of its runner. */
  public OptionsHelp beam() {
    Map<String, Method> all = new TreeMap<>();
    PipelineOptionsFactory.getRegisteredOptions().stream()
        .sorted(Comparator.comparing(Class::getName))
        .map(options -> methods(options, type -> !type.getName().startsWith(OURS)))
        .forEach(methods -> methods.forEach(all::putIfAbsent));
    return group("Beam and its runner", all);
  }

  private static Map<String, Method> methods(Class<?> options, Predicate<Class<?>> isWanted) {
    return Stream.of(options.getMethods())
        .filter(
            method ->
                isWanted.test(method.getDeclaringClass())
                    && !method.getDeclaringClass().isAnnotationPresent(Hidden.class)
                    && !method.isAnnotationPresent(Hidden.class)
                    && method.isAnnotationPresent(Description.class))
        .collect(
            Collectors.toMap(
                OptionsHelp::name, method -> method, (one, other) -> one, TreeMap::new));
  }

  private static String name(Method getter) {
    String name = getter.getName().replaceFirst("^(get|is)", "");
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  private OptionsHelp group(String heading, Map<String, Method> getters) {
    List<OptionSpec> all = new ArrayList<>();
    getters.forEach((name, getter) -> all.add(option(name, getter)));
    return addGroup(heading, all);
  }

  private OptionsHelp addGroup(String heading, List<OptionSpec> options) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder().validate(false).heading("%n" + heading + ":%n");
    options.forEach(group::addArg);
    command.addArgGroup(group.build());
    return this;
  }

  private OptionSpec option(String name, Method getter) {
    List<String> description = new ArrayList<>();
    description.add(literally(getter.getAnnotation(Description.class).value()));
    Optional.ofNullable(presets.get(name))
        .or(() -> standard(getter))
        .ifPresent(value -> description.add("Default: " + literally(value)));
    return OptionSpec.builder("--" + name)
        .type(String.class)
        .paramLabel(label(getter.getReturnType()))
        .description(description.toArray(String[]::new))
        .build();
  }

  /** Picocli reads descriptions as formats. */
  private static String literally(String text) {
    return text.replace("%", "%%");
  }

  private static String label(Class<?> type) {
    if (type.isEnum()) {
      return Stream.of(type.getEnumConstants())
          .map(String::valueOf)
          .collect(Collectors.joining("|"));
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true|false";
    }
    return type.isPrimitive() || Number.class.isAssignableFrom(type) ? "NUMBER" : "VALUE";
  }

  /** The value of its annotation, which is of one of the kinds that {@link Default} has. */
  private static Optional<String> standard(Method getter) {
    for (Annotation annotation : getter.getAnnotations()) {
      Class<?> type = annotation.annotationType();
      if (type.getEnclosingClass() == Default.class && type != Default.InstanceFactory.class) {
        try {
          Object value = type.getMethod("value").invoke(annotation);
          return Optional.of(value instanceof Class<?> of ? of.getSimpleName() : value.toString());
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
          throw new IllegalStateException(type + " of Beam has no value", e);
        }
      }
    }
    return Optional.empty();
  }
}
