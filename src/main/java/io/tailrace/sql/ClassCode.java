package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.function.Text;
import io.tailrace.sql.function.TextBuffer;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.codehaus.commons.compiler.CompileException;
import org.codehaus.janino.SimpleCompiler;

/** The source of a generated class, and the class. It is in this package and sees what is in it. */
final class ClassCode {

  /** How many classes there are; each needs a name of its own. */
  private static final AtomicInteger CLASSES = new AtomicInteger();

  /** Tells the names of this process from those of classes that another one has kept. */
  private static final String PROCESS =
      ProcessHandle.current().pid() + "_" + System.currentTimeMillis();

  private final StringBuilder members = new StringBuilder();
  private final StringBuilder constructor = new StringBuilder();
  private final List<Object> constants = new ArrayList<>();
  private final Map<List<Object>, String> constantNames = new HashMap<>();
  private int names;
  private int arguments;

  /** A name that is not used yet. */
  String name(String prefix) {
    return prefix + names++;
  }

  /** A field that is given to each object of the class, the first one first. */
  String given(Class<?> type) {
    String name = name("g");
    members.append(String.format("private final %s %s;%n", type.getCanonicalName(), name));
    constructor.append(
        String.format("%s = (%s) arguments[%d];%n", name, type.getCanonicalName(), arguments++));
    return name;
  }

  /** A field with an object that is the same for all objects of the class, and never changes. */
  String constant(Object value, Class<?> type) {
    return constant(value, value, type);
  }

  /** A field with a text that never changes. */
  String constantText(String value) {
    Text text = new Text();
    text.set(value);
    return constant(value, text, Text.class);
  }

  private String constant(Object key, Object value, Class<?> type) {
    String known = constantNames.get(List.of(type, key));
    if (known != null) {
      return known;
    }
    String name = name("k");
    String typeName = type.getCanonicalName();
    members.append(String.format("private final %s %s;%n", typeName, name));
    constructor.append(
        String.format("%s = (%s) constants[%d];%n", name, typeName, constants.size()));
    constants.add(value);
    constantNames.put(List.of(type, key), name);
    return name;
  }

  /** A field for an object of its own, like a text that is set anew for each record. */
  String own(Class<?> type) {
    String name = name(type == Text.class ? "t" : type == TextBuffer.class ? "b" : "o");
    String typeName = type.getCanonicalName();
    members.append(String.format("private final %s %s = new %s();%n", typeName, name, typeName));
    return name;
  }

  /** A field for an object of its own that is made of a value that never changes. */
  String made(Class<?> type, String constant) {
    String name = name("o");
    String typeName = type.getCanonicalName();
    members.append(String.format("private final %s %s;%n", typeName, name));
    constructor.append(String.format("%s = new %s(%s);%n", name, typeName, constant));
    return name;
  }

  /** A field for values of a type. */
  String field(String type) {
    String name = name("f");
    members.append(String.format("private %s %s;%n", type, name));
    return name;
  }

  /** Adds a method. */
  void method(String head, CharSequence body) {
    members.append(String.format("%s {%n%s}%n", head, body));
  }

  private String source(Class<?> implemented, String name) {
    return String.format(
        "package %s;%nfinal class %s implements %s {%n%s"
            + "%s(Object[] constants, Object[] arguments) {%n%s}%n}%n",
        ClassCode.class.getPackageName(),
        name,
        implemented.getCanonicalName(),
        members,
        name,
        constructor);
  }

  /** Compiles the class and loads it. */
  <T> Factory<T> compile(Class<T> implemented) {
    return compiled(implemented).load(implemented);
  }

  /** Compiles the class. */
  Compiled compiled(Class<?> implemented) {
    return compiled(
        implemented,
        String.format(
            "Generated%s%d_%s", implemented.getSimpleName(), CLASSES.incrementAndGet(), PROCESS));
  }

  /** Compiles the class under a name that no other one has. */
  Compiled compiled(Class<?> implemented, String name) {
    String source = source(implemented, name);
    try {
      SimpleCompiler compiler = new SimpleCompiler();
      compiler.setParentClassLoader(ClassCode.class.getClassLoader());
      compiler.cook(source);
      byte[] bytes = compiler.getBytecodes().values().iterator().next();
      return new Compiled(bytes, constants.toArray());
    } catch (CompileException e) {
      throw new IllegalStateException("The generated class is not right:\n" + source, e);
    }
  }

  /**
   * A class that is not loaded yet.
   *
   * @param bytes the class file
   * @param constants what is the same for all of its objects
   */
  record Compiled(byte[] bytes, Object[] constants) implements Serializable {

    /** Loads the class, once in a process. */
    <T> Factory<T> load(Class<T> implemented) {
      try {
        Constructor<?> made =
            MethodHandles.lookup()
                .defineClass(bytes)
                .getDeclaredConstructor(Object[].class, Object[].class);
        return given -> {
          try {
            return implemented.cast(made.newInstance(constants, given));
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The generated class cannot be used", e);
          }
        };
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("The generated class cannot be loaded", e);
      }
    }
  }

  /** Makes objects of a generated class. */
  @FunctionalInterface
  interface Factory<T> {
    /**
     * @param arguments what was asked for by {@link ClassCode#given}
     */
    T make(Object... arguments);
  }

  /** The type of variables that hold values of a type of SQL. */
  static String javaType(SqlType type) {
    return switch (type.kind()) {
      case BOOLEAN -> "boolean";
      case INTEGER, DATE -> "int";
      case BIGINT, TIMESTAMP -> "long";
      case HUGEINT -> "java.math.BigInteger";
      case DECIMAL -> type.isShortDecimal() ? "long" : "java.math.BigInteger";
      case DOUBLE -> "double";
      case VARCHAR -> Text.class.getCanonicalName();
      case ARRAY -> "java.util.List";
      case ROW -> "Object[]";
      case MAP -> "java.util.Map";
      case INTERVAL -> Expression.Interval.class.getCanonicalName();
    };
  }

  /** What such variables have while there is no value. */
  static String javaZero(SqlType type) {
    return switch (javaType(type)) {
      case "boolean" -> "false";
      case "int" -> "0";
      case "long" -> "0L";
      case "double" -> "0.0";
      default -> "null";
    };
  }
}
