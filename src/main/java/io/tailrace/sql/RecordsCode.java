package io.tailrace.sql;

import io.tailrace.format.FieldReader;
import io.tailrace.format.SqlType;
import io.tailrace.format.TypedFieldReader;
import io.tailrace.report.ReportTable;
import io.tailrace.sql.InputTable.Check;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.MethodCode.Value;
import io.tailrace.sql.RecordsPlan.Values;
import io.tailrace.sql.ReportPlan.Contribution;
import io.tailrace.sql.ReportPlan.Kind;
import io.tailrace.sql.function.Text;
import io.tailrace.sql.function.ValueException;
import io.tailrace.table.HeldRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.generic.GenericData;

/**
 * Writes the class that takes the records of an input: all columns are read and checked, then
 * everything that reports and logs need is evaluated, and only then it is added to them, which
 * cannot fail.
 *
 * <p>Several columns are read by one method, and several reports and logs added to by another: what
 * is too long for Java to compile it into its caller (325 bytes, {@code FreqInlineSize}) is
 * compiled by itself, once. All of a large pipeline in one piece takes seconds to compile, and is
 * compiled again whenever a record does what none did before.
 */
final class RecordsCode implements MethodCode.Inputs {

  /** So many measures or columns of a row are added in a method. */
  private static final int MOST_ADDED = 100;

  /** So many columns are read by a method, each of which is about 80 bytes. */
  private static final int COLUMNS_TOGETHER = 8;

  /** So many keys, measures and columns of rows are added by a method, about 20 bytes each. */
  private static final int ADDED_TOGETHER = 24;

  private static final String CONTENT = FieldReader.Content.class.getCanonicalName();
  private static final String VALUE_EXCEPTION = ValueException.class.getCanonicalName();

  private final RecordsPlan plan;
  private final ClassCode code = new ClassCode();
  private final List<Value> columns = new ArrayList<>();

  /** The fields of the columns as they are in the record, and whether a field of JSON is true. */
  private final List<Value> raw = new ArrayList<>();

  private final Map<Expression, Value> kept = new HashMap<>();
  private final Set<Expression> shared;
  private final List<String> stepNames = new ArrayList<>();
  private final List<Integer> fieldPlaces = new ArrayList<>();

  /** Calls of the methods that evaluate a record, and of those that add it. */
  private final StringBuilder evaluations = new StringBuilder();

  private final StringBuilder additions = new StringBuilder();

  /** The method in the making that adds, and how much it adds. */
  private MethodCode adding;

  private int addedTogether;

  private final String reader = code.given(FieldReader.class);
  private final String origin = code.given(RecordOrigin.class);
  private final String step = code.field("int");

  private RecordsCode(RecordsPlan plan) {
    this.plan = plan;
    this.shared = shared(plan);
    this.adding = method(false);
  }

  /**
   * The class, which is given a {@link FieldReader}, a {@link RecordOrigin}, the tables of the
   * reports and what takes the rows of the logs.
   *
   * @throws UnsupportedFunctionException if there is a function that is not supported
   */
  static ClassCode of(RecordsPlan plan) {
    RecordsCode code = new RecordsCode(plan);
    code.write();
    return code.code;
  }

  private void write() {
    declareColumns();
    readColumns();
    plan.checks().forEach(this::check);
    plan.reports().forEach(this::report);
    plan.logs().forEach(this::log);
    call(additions, adding);
    String steps =
        code.constant(new RecordSteps(plan.columns(), fieldPlaces, stepNames), RecordSteps.class);
    String optional = Optional.class.getCanonicalName();
    code.method(
        "public " + optional + " record(byte[] bytes, int from, int to)",
        String.format(
            """
            %1$s problem = %2$s.read(bytes, from, to);
            if (problem.isPresent()) { return problem; }
            try {
            %3$s} catch (%4$s e) {
            return %1$s.of(%5$s.reason(%6$s, %2$s, e));
            }
            %7$sreturn %1$s.empty();
            """,
            optional, reader, evaluations, VALUE_EXCEPTION, steps, step, additions));
  }

  /** What is evaluated for more than one check, report or log. */
  private static Set<Expression> shared(RecordsPlan plan) {
    List<List<Expression>> users = new ArrayList<>();
    plan.checks().forEach(check -> users.add(List.of(check.condition())));
    plan.reports().forEach(report -> users.add(report.expressions().toList()));
    plan.logs().forEach(log -> users.add(log.expressions().toList()));
    Set<Expression> used = new HashSet<>();
    Set<Expression> shared = new HashSet<>();
    for (List<Expression> of : users) {
      Set<Expression> parts = new HashSet<>();
      of.forEach(expression -> addParts(expression, parts));
      parts.stream().filter(part -> !used.add(part)).forEach(shared::add);
    }
    return shared;
  }

  private static void addParts(Expression expression, Set<Expression> parts) {
    if (parts.add(expression)) {
      for (Expression part : Expressions.parts(expression)) {
        addParts(part, parts);
      }
    }
  }

  @Override
  public Value column(int column) {
    return column >= 0 ? columns.get(column) : raw.get(-1 - column);
  }

  @Override
  public Map<Expression, Value> kept() {
    return kept;
  }

  @Override
  public boolean isShared(Expression expression) {
    return shared.contains(expression);
  }

  private MethodCode method(boolean isAlwaysCalled) {
    return new MethodCode(code, this, isAlwaysCalled);
  }

  private void declareColumns() {
    List<InputColumn> fields = plan.fields();
    for (InputColumn column : plan.columns()) {
      boolean isText = column.type().kind() == SqlType.Kind.VARCHAR;
      String text = code.own(Text.class);
      raw.add(new Value(text, "false"));
      raw.add(new Value("SqlValues.isTrue(" + text + ")", "false"));
      columns.add(
          new Value(
              isText ? text : code.field(ClassCode.javaType(column.type())),
              canBeNull(column) ? code.field("boolean") : "false"));
      fieldPlaces.add(fields.indexOf(column));
    }
  }

  private static boolean canBeNull(InputColumn column) {
    return new Nullability(List.of(column)).canBeNull(new Expression.ColumnValue(0, column.type()));
  }

  private void call(StringBuilder calls, MethodCode method) {
    String name = code.name("m");
    code.method("private void " + name + "()", method.body());
    calls.append(name).append("();\n");
  }

  private void readColumns() {
    List<Boolean> areRead = plan.areRead();
    MethodCode method = method(false);
    int read = 0;
    for (int i = 0; i < columns.size(); i++) {
      if (areRead.get(i)) {
        if (read > 0 && read % COLUMNS_TOGETHER == 0) {
          call(evaluations, method);
          method = method(false);
        }
        readColumn(i, method);
        read++;
      }
    }
    call(evaluations, method);
  }

  private void readColumn(int place, MethodCode method) {
    InputColumn column = plan.columns().get(place);
    Value value = columns.get(place);
    switch (column.origin()) {
      case FILE -> readName("file", value, method);
      case TOPIC -> readName("topic", value, method);
      case OFFSET -> method.add("%s = %s.offset();", value.java(), origin);
      case PARTITION -> method.add("%s = %s.partition();", value.java(), origin);
      case MODIFIED -> {
        method.add("%s = %d;", step, RecordSteps.NONE);
        String isNull = origin + ".modifiedMillis() < 0";
        if (value.isRequired()) {
          method.add("if (%s) { %s }", isNull, isNull(column));
        } else {
          method.add("%s = %s;", value.isNull(), isNull);
        }
        method.add("%s = SqlValues.ofMillis(%s.modifiedMillis());", value.java(), origin);
      }
      case KEY -> {
        String isNull = origin + ".key() == null";
        if (value.isRequired()) {
          method.add("if (%s) { %s }", isNull, isNull(column));
        } else {
          method.add("%s = %s;", value.isNull(), isNull);
        }
        String set =
            String.format(
                "%s.set(%s, %s.key());", code.own(MessageColumns.class), value.java(), origin);
        method.add("%s", value.isRequired() ? set : "if (!" + value.isNull() + ") { " + set + " }");
      }
      case HEADERS ->
          method.add(
              "%s = %s.headers(%s.headers());",
              value.java(), code.own(MessageColumns.class), origin);
      case FIELD, RESCUED -> readField(place, method);
    }
  }

  /** Reads a text that stays the same object as long as it is the same. */
  private void readName(String name, Value value, MethodCode method) {
    String last = code.field("String");
    method.add(
        "if (%1$s.%4$s() != %2$s) { %2$s = %1$s.%4$s(); %3$s.set(%2$s); }",
        origin, last, value.java(), name);
  }

  private String isNull(InputColumn column) {
    return fails("column '" + column.name() + "' is NULL");
  }

  private String fails(String reason) {
    return String.format(
        "%s = %d; throw new %s(%s);",
        step, RecordSteps.NONE, VALUE_EXCEPTION, code.constant(reason, String.class));
  }

  private void readField(int place, MethodCode method) {
    InputColumn column = plan.columns().get(place);
    Value value = columns.get(place);
    int field = fieldPlaces.get(place);
    method.add("%s = %d;", step, place);
    String content = code.name("content");
    method.add("%s %s = %s.content(%d);", CONTENT, content, reader, field);
    String isNull = String.format("%s == %s.NOTHING", content, CONTENT);
    if (value.isRequired()) {
      method.add("if (%s) { %s }", isNull, isNull(column));
      readValue(place, content, method);
    } else {
      method.add("%s = %s;", value.isNull(), isNull);
      method.open("!" + value.isNull());
      readValue(place, content, method);
      method.close();
    }
  }

  private void readValue(int place, String content, MethodCode method) {
    SqlType type = plan.columns().get(place).type();
    int field = fieldPlaces.get(place);
    int text = -1 - 2 * place;
    Value value = columns.get(place);
    if (plan.values() == Values.TYPED && type.kind() != SqlType.Kind.VARCHAR) {
      method.add(
          "%s = (%s) ((%s) %s).number(%d);",
          value.java(),
          ClassCode.javaType(type),
          TypedFieldReader.class.getCanonicalName(),
          reader,
          field);
      return;
    }
    method.add(
        "%s.set(%s.bytes(%d), %s.from(%d), %s.to(%d));",
        column(text).java(), reader, field, reader, field, reader, field);
    Expression written = new Expression.ColumnValue(text, SqlType.VARCHAR);
    if (type.isNested()) {
      method.open(String.format("%s != %s.NESTED", content, CONTENT));
      method.add("throw new %s(%s);", VALUE_EXCEPTION, code.constant("", String.class));
      method.close();
      String nested =
          code.made(
              NestedReader.class, code.constant(plan.columns().get(place), InputColumn.class));
      // It says itself in which element there is no value.
      method.add("%s = %d;", step, RecordSteps.NONE);
      method.add(
          "%s = (%s) %s.read(%s);",
          value.java(), ClassCode.javaType(type), nested, column(text).java());
      return;
    }
    if (plan.values() == Values.JSON) {
      FieldCast.addJson(
          method,
          type,
          content,
          written,
          new Expression.ColumnValue(text - 1, SqlType.BOOLEAN),
          cast -> {
            if (!cast.equals(written)) {
              set(method, place, cast);
            }
          });
    } else if (type.kind() != SqlType.Kind.VARCHAR) {
      set(method, place, FieldCast.cast(written, type));
    }
  }

  private void set(MethodCode method, int place, Expression value) {
    boolean isText = value.type().kind() == SqlType.Kind.VARCHAR;
    method.add(
        isText ? "%s.set(%s);" : "%s = %s;", columns.get(place).java(), method.value(value).java());
  }

  private void begin(MethodCode method, String name) {
    stepNames.add(name);
    method.add("%s = %d;", step, plan.columns().size() + stepNames.size() - 1);
  }

  private void check(Check check) {
    MethodCode method = method(true);
    begin(method, "CHECK (" + check.text() + ")");
    Value value = method.value(check.condition());
    method.add(
        "if (%s) { %s }",
        value.isRequired()
            ? "!" + value.java()
            : String.format("!%s && !%s", value.isNull(), value.java()),
        fails("CHECK (" + check.text() + ") is not met"));
    call(evaluations, method);
  }

  private void report(ReportPlan report) {
    String table = code.given(ReportTable.class);
    MethodCode method = method(true);
    begin(method, "report " + report.name());
    String isIn = filter(method, report.filter());
    Body evaluation = new Body(evaluations, method, isIn);
    List<Value> keys = new ArrayList<>();
    for (Expression key : report.keys()) {
      keys.add(evaluation.method().keep(evaluation.method().value(key), key.type()));
    }
    Map<Expression, List<Contribution>> byFilter = new LinkedHashMap<>();
    for (Contribution contribution : report.contributions()) {
      byFilter
          .computeIfAbsent(contribution.filter(), filter -> new ArrayList<>())
          .add(contribution);
    }
    List<Addition> added = new ArrayList<>();
    byFilter.forEach(
        (filter, contributions) -> {
          String meets = keptCondition(evaluation.method(), filter);
          for (Contribution contribution : contributions) {
            MethodCode in = evaluation.method();
            if (contribution.arguments().isEmpty()) {
              added.add(new Addition(contribution, meets, List.of()));
              continue;
            }
            boolean isBlock = !meets.equals("true");
            if (isBlock) {
              in.open(meets);
            }
            added.add(
                new Addition(
                    contribution,
                    meets,
                    contribution.arguments().stream()
                        .map(argument -> in.keep(in.value(argument), argument.type()))
                        .toList()));
            if (isBlock) {
              in.close();
            }
          }
        });
    evaluation.end();
    MethodCode row = adding(1 + keys.size() + added.size());
    row.open(isIn);
    writeRow(row, report, keys, table);
    add(row, added, table);
    row.close();
  }

  /** The method that adds the next report or log. */
  private MethodCode adding(int parts) {
    if (addedTogether > 0 && addedTogether + parts > ADDED_TOGETHER) {
      call(additions, adding);
      adding = method(false);
      addedTogether = 0;
    }
    addedTogether += parts;
    return adding;
  }

  /** The condition under which a record is in a report or a log, which the method evaluates. */
  private String filter(MethodCode method, Expression filter) {
    return keptCondition(method, filter);
  }

  private String keptCondition(MethodCode method, Expression filter) {
    if (filter.equals(ReportPlan.ALL)) {
      return "true";
    }
    String field = code.field("boolean");
    method.add("%s = %s;", field, method.condition(filter));
    return field;
  }

  /** A method, inside the block for records that meet a condition, and its successors. */
  private final class Body {
    private final StringBuilder calls;
    private final String condition;
    private MethodCode current;

    Body(StringBuilder calls, MethodCode first, String condition) {
      this.calls = calls;
      this.condition = condition;
      this.current = first;
      openBlock();
    }

    MethodCode method() {
      if (current.isLong()) {
        end();
        current = RecordsCode.this.method(true);
        openBlock();
      }
      return current;
    }

    private void openBlock() {
      if (!condition.equals("true")) {
        current.open(condition);
      }
    }

    void end() {
      if (!condition.equals("true")) {
        current.close();
      }
      call(calls, current);
    }
  }

  private void writeRow(MethodCode row, ReportPlan report, List<Value> keys, String table) {
    if (!canBeRemembered(report)) {
      row.add("int row;");
      findRow(row, report, keys, table);
    } else {
      String memo = code.made(RowMemo.class, String.valueOf(words(report, keys)));
      remembered(row, report, keys, memo);
      row.add("int row = %s.row();", memo);
      row.open("row < 0");
      findRow(row, report, keys, table);
      row.add("%s.put(row);", memo);
      row.close();
    }
    row.add("%s.addToSum(row, 0, 1L);", table);
  }

  /**
   * Whether its rows are remembered by the values of its keys. A text is found in the table as
   * soon.
   */
  private static boolean canBeRemembered(ReportPlan report) {
    return !report.keyIsText()
        && report.keys().size() <= Long.SIZE
        && report.keys().stream()
            .map(Expression::type)
            .allMatch(type -> type.kind() == SqlType.Kind.VARCHAR || SqlValues.isHeldInLong(type));
  }

  /** How many words a memo has for the keys. */
  private static int words(ReportPlan report, List<Value> keys) {
    int words = 0;
    boolean needsNulls = false;
    for (int i = 0; i < keys.size(); i++) {
      boolean isText = report.keys().get(i).type().kind() == SqlType.Kind.VARCHAR;
      words += isText ? 2 : 1;
      needsNulls |= !isText && !keys.get(i).isRequired();
    }
    return words + (needsNulls ? 1 : 0);
  }

  /** Looks for the row that records with the same keys were in. */
  private static void remembered(MethodCode row, ReportPlan report, List<Value> keys, String memo) {
    row.add("%s.begin();", memo);
    List<String> nulls = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Value key = keys.get(i);
      boolean isText = report.keys().get(i).type().kind() == SqlType.Kind.VARCHAR;
      row.add(
          key.isRequired()
              ? "%2$s.add(%3$s);"
              : "if (%1$s) { %2$s.%4$s(); } else { %2$s.add(%3$s); }",
          key.isNull(),
          memo,
          key.java(),
          isText ? "addNullText" : "addNull");
      if (!key.isRequired() && !isText) {
        nulls.add(String.format("(%s ? %dL : 0L)", key.isNull(), 1L << i));
      }
    }
    if (!nulls.isEmpty()) {
      row.add("%s.addWhichAreNull(%s);", memo, String.join(" | ", nulls));
    }
  }

  private void findRow(MethodCode row, ReportPlan report, List<Value> keys, String table) {
    if (report.keyIsText()) {
      String key = keys.get(0).java();
      row.add("row = %s.row(%s.bytes(), %s.from(), %s.to());", table, key, key, key);
    } else {
      String writer = code.own(KeyWriter.class);
      row.add("%s.begin();", writer);
      for (Value key : keys) {
        row.add(
            key.isRequired()
                ? "%2$s.add(%3$s);"
                : "if (%1$s) { %2$s.addNull(); } else { %2$s.add(%3$s); }",
            key.isNull(),
            writer,
            key.java());
      }
      row.add("row = %s.row(%s.bytes(), 0, %s.length());", table, writer, writer);
    }
  }

  /** What is added to a measure, and under which condition. */
  private record Addition(Contribution contribution, String condition, List<Value> arguments) {}

  private void add(MethodCode row, List<Addition> added, String table) {
    if (added.size() <= MOST_ADDED) {
      added.forEach(addition -> addIf(row, addition, added, table));
      return;
    }
    for (int from = 0; from < added.size(); from += MOST_ADDED) {
      MethodCode method = method(false);
      for (Addition addition : added.subList(from, Math.min(from + MOST_ADDED, added.size()))) {
        addIf(method, addition, added, table);
      }
      String name = code.name("m");
      code.method("private void " + name + "(int row)", method.body());
      row.add("%s(row);", name);
    }
  }

  private void addIf(MethodCode method, Addition addition, List<Addition> all, String table) {
    List<String> conditions = conditions(addition);
    if (addition.contribution().kind() == Kind.COUNT) {
      // Without a branch, which would be taken for some records and not for others.
      method.add(
          "%s.addToSum(row, %d, %s);",
          table,
          addition.contribution().measure(),
          conditions.isEmpty() ? "1L" : "(" + String.join(" & ", conditions) + ") ? 1L : 0L");
      return;
    }
    if (!conditions.isEmpty()) {
      method.open(String.join(" && ", conditions));
    }
    add(method, addition, all, table);
    if (!conditions.isEmpty()) {
      method.close();
    }
  }

  /** When something is added: if the filter is met, and no argument is NULL. */
  private static List<String> conditions(Addition addition) {
    List<String> conditions = new ArrayList<>();
    if (!addition.condition().equals("true")) {
      conditions.add(addition.condition());
    }
    addition.arguments().stream()
        .filter(argument -> !argument.isRequired())
        .map(argument -> "!" + argument.isNull())
        .distinct()
        .forEach(conditions::add);
    return conditions;
  }

  private void add(MethodCode method, Addition addition, List<Addition> all, String table) {
    Contribution contribution = addition.contribution();
    int measure = contribution.measure();
    switch (contribution.kind()) {
      case COUNT -> throw new IllegalStateException("A count has no block of its own");
      case SUM -> method.add("%s.addToSum(row, %d, %s);", table, measure, number(addition));
      case MIN, MAX -> {
        Optional<Addition> opposite = opposite(addition, all);
        if (opposite.isEmpty()) {
          method.add(
              contribution.kind() == Kind.MIN
                  ? "%s.addToMinimum(row, %d, %s);"
                  : "%s.addToMaximum(row, %d, %s);",
              table,
              measure,
              number(addition));
        } else if (contribution.kind() == Kind.MIN) {
          method.add(
              "%s.addToRange(row, %d, %d, %s);",
              table, measure, opposite.get().contribution().measure(), number(addition));
        }
      }
      case SUM_DOUBLE ->
          method.add(
              "%s.addDouble(row, %d, %s);", table, measure, addition.arguments().get(0).java());
      case MOMENTS ->
          method.add(
              "%s.addMoment(row, %d, %s);", table, measure, addition.arguments().get(0).java());
      case MIN_BYTES, MAX_BYTES ->
          method.add("%s.addBytes(row, %d, %s);", table, measure, bytes(method, addition));
      case DISTINCT ->
          method.add("%s.addDistinct(row, %d, %s);", table, measure, bytes(method, addition));
      case DISTINCT_SKETCH ->
          method.add(
              "%s.addToDistinctSketch(row, %d, %s);",
              table,
              measure,
              SqlValues.isHeldInLong(contribution.arguments().get(0).type())
                  ? number(addition)
                  : "SqlValues.hash(" + bytes(method, addition) + ")");
      case QUANTILE_SKETCH -> {
        boolean isDouble = contribution.arguments().get(0).type().kind() == SqlType.Kind.DOUBLE;
        method.add(
            "%s%s.addToQuantileSketch(row, %d, %s);",
            isDouble ? "if (Double.isFinite(" + addition.arguments().get(0).java() + ")) " : "",
            table,
            measure,
            number(addition));
      }
    }
  }

  /** The arguments as bytes: the array that has them, where they begin and where they end. */
  private String bytes(MethodCode method, Addition addition) {
    List<Expression> arguments = addition.contribution().arguments();
    boolean isLastText = arguments.get(arguments.size() - 1).type().kind() == SqlType.Kind.VARCHAR;
    if (isLastText && arguments.size() == 1) {
      String text = addition.arguments().get(0).java();
      return String.format("%1$s.bytes(), %1$s.from(), %1$s.to()", text);
    }
    String bytes = code.own(OrderedBytes.class);
    method.add("%s.begin();", bytes);
    for (int i = 0; i < arguments.size(); i++) {
      method.add(
          isLastText && i == arguments.size() - 1 ? "%s.addLast(%s);" : "%s.add(%s);",
          bytes,
          addition.arguments().get(i).java());
    }
    return String.format("%1$s.bytes(), 0, %1$s.length()", bytes);
  }

  /** The greatest value of what another one is the least value of, or the other way round. */
  private static Optional<Addition> opposite(Addition addition, List<Addition> all) {
    Contribution of = addition.contribution();
    return all.stream()
        .filter(
            other -> other.contribution().kind() == (of.kind() == Kind.MIN ? Kind.MAX : Kind.MIN))
        .filter(other -> other.contribution().filter().equals(of.filter()))
        .filter(other -> other.contribution().arguments().equals(of.arguments()))
        .findFirst();
  }

  private static String number(Addition addition) {
    SqlType type = addition.contribution().arguments().get(0).type();
    String java = addition.arguments().get(0).java();
    return switch (type.kind()) {
      case BOOLEAN -> "(" + java + " ? 1L : 0L)";
      case DOUBLE -> "SqlValues.ordered(" + java + ")";
      case INTEGER, DATE -> "(long) " + java;
      default -> java;
    };
  }

  private void log(LogPlan log) {
    boolean grows = log.starred() > 0;
    String rows = code.given(grows ? GrowingRows.class : HeldRows.class);
    MethodCode method = method(true);
    begin(method, "log " + log.name());
    String isIn = filter(method, log.filter());
    Body evaluation = new Body(evaluations, method, isIn);
    List<Value> values = new ArrayList<>();
    for (Expression expression : log.values()) {
      MethodCode in = evaluation.method();
      Value value = in.keep(in.value(expression), expression.type());
      if (expression.type().kind() == SqlType.Kind.HUGEINT) {
        in.add("if (!%s) { SqlValues.requireDigits(%s); }", value.isNull(), value.java());
      }
      values.add(value);
    }
    evaluation.end();
    MethodCode row = adding(1 + values.size());
    row.open(isIn);
    if (grows) {
      addObjects(row, rows, log, values);
    } else {
      putValues(row, rows, log, values);
      row.add("%s.endRow();", rows);
    }
    row.close();
  }

  /** Puts the values of a row, by several methods if they are many. */
  private void putValues(MethodCode row, String rows, LogPlan log, List<Value> values) {
    if (values.size() <= MOST_ADDED) {
      putValues(row, rows, log, values, 0, values.size());
      return;
    }
    for (int from = 0; from < values.size(); from += MOST_ADDED) {
      MethodCode part = method(false);
      putValues(part, rows, log, values, from, Math.min(from + MOST_ADDED, values.size()));
      String name = code.name("m");
      code.method(String.format("private void %s()", name), part.body());
      row.add("%s();", name);
    }
  }

  private static void putValues(
      MethodCode method, String rows, LogPlan log, List<Value> values, int from, int to) {
    for (int i = from; i < to; i++) {
      SqlType type = log.values().get(i).type();
      String put = String.format("%s.%s;", rows, put(i, type, values.get(i).java()));
      method.add(
          "%s",
          values.get(i).isRequired()
              ? put
              : String.format(
                  "if (%s) { %s.putNull(%d); } else { %s }", values.get(i).isNull(), rows, i, put));
    }
  }

  /** The call that puts a value into a column of {@link HeldRows}. */
  private static String put(int column, SqlType type, String value) {
    String form =
        switch (type.kind()) {
          case BOOLEAN -> "putBoolean(%d, %s)";
          case INTEGER, DATE, BIGINT, TIMESTAMP -> "putLong(%d, %s)";
          case DOUBLE -> "putDouble(%d, %s)";
          case VARCHAR -> "putText(%1$d, %2$s.bytes(), %2$s.from(), %2$s.to())";
          case DECIMAL ->
              type.isShortDecimal()
                  ? "putLong(%d, %s)"
                  : "putObject(%d, " + toObject(type, "%s") + ")";
          case HUGEINT, ARRAY, ROW, MAP -> "putObject(%d, " + toObject(type, "%s") + ")";
          case INTERVAL -> throw new IllegalArgumentException("No column is an INTERVAL");
        };
    return String.format(form, column, value);
  }

  /** Adds a row of a log that grows, whose first columns are filled already. */
  private void addObjects(MethodCode row, String rows, LogPlan log, List<Value> values) {
    row.add("%s row = %s.newRow();", GenericData.Record.class.getCanonicalName(), rows);
    for (int i = 0; i < values.size(); i++) {
      String object = toObject(log.values().get(i).type(), values.get(i).java());
      String put = String.format("row.put(%d, %s);", log.starred() + i, object);
      row.add(
          "%s",
          values.get(i).isRequired()
              ? put
              : String.format("if (!%s) { %s }", values.get(i).isNull(), put));
    }
    row.add("%s.accept(row);", rows);
  }

  /** A value as rows of logs have it. */
  static String toObject(SqlType type, String value) {
    String form =
        switch (type.kind()) {
          case BOOLEAN -> "Boolean.valueOf(%s)";
          case INTEGER, DATE -> "Integer.valueOf(%s)";
          case BIGINT, TIMESTAMP -> "Long.valueOf(%s)";
          case HUGEINT -> "new java.math.BigDecimal(%s)";
          case DECIMAL ->
              (type.isShortDecimal() ? "java.math.BigDecimal.valueOf" : "new java.math.BigDecimal")
                  + "(%s, "
                  + type.scale()
                  + ")";
          case DOUBLE -> "Double.valueOf(%s)";
          case VARCHAR -> "SqlValues.utf8(%s)";
          case ARRAY, ROW, MAP -> "%s";
          case INTERVAL -> throw new IllegalArgumentException("No column is an INTERVAL");
        };
    return String.format(form, value);
  }
}
