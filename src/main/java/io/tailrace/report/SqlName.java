package io.tailrace.report;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of tables and columns in statements for H2 and PostgreSQL.
 *
 * <p>A name is quoted only if it must be. What is not quoted keeps no case in PostgreSQL, so people
 * can write it in any.
 */
public final class SqlName {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Words that H2 or PostgreSQL does not take for a column as they are. */
  private static final Set<String> RESERVED =
      Set.of(
          ("all analyse analyze and any array as asc asymmetric authorization between binary both"
                  + " case cast check collate collation column concurrently constraint create cross"
                  + " current_catalog current_date current_path current_role current_schema"
                  + " current_time current_timestamp current_user day default deferrable desc"
                  + " distinct do else end except exists false fetch for foreign freeze from full"
                  + " grant group groups having hour if ilike in initially inner intersect interval"
                  + " into is isnull join key lateral leading left like limit localtime"
                  + " localtimestamp minus minute month natural not notnull null offset on only or"
                  + " order outer over overlaps partition placing primary qualify range references"
                  + " regexp returning right row rownum rows second select session_user set similar"
                  + " some symmetric system_user table tablesample then to top trailing true"
                  + " uescape union unique unknown user using value values variadic verbose when"
                  + " where window with year _rowid_")
              .split(" "));

  private SqlName() {}

  /** A name as a statement has it. */
  public static String of(String name) {
    return isQuoted(name) ? '"' + name.replace("\"", "\"\"") + '"' : name;
  }

  /** Whether a statement has it in quotes. */
  static boolean isQuoted(String name) {
    return !PLAIN.matcher(name).matches() || RESERVED.contains(name.toLowerCase(Locale.ROOT));
  }
}
