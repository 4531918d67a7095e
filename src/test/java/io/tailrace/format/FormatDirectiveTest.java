package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import org.junit.Test;

/** Given what somebody copied from a configuration, this is the format, or there is none. */
public final class FormatDirectiveTest {

  private static final String APACHE = "%h %l %u %t \"%r\" %>s %b";
  private static final String NGINX =
      "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent";

  @Test
  public void aFormatIsItself() {
    for (String format :
        new String[] {
          "common",
          "combined",
          "nginx",
          APACHE,
          NGINX,
          "\"%t\" \"%>s\"",
          "\"$time_local\",\"$status\"",
          "\"$time_local\" \"$status\"",
          "'%t' '%>s'",
          "t=$time_local;s=$status;",
          "{\"t\":\"$time_iso8601\",\"s\":$status}",
          "LogFormatted %t %>s"
        }) {
      assertFormat(format, format);
    }
  }

  @Test
  public void backslashesAreThoseOfAConfiguration() {
    assertFormat("%t \\\"%r\\\" %>s\\t%b \\\\", "%t \"%r\" %>s\t%b \\");
    assertFormat("$status \\\"$request\\\" it\\'s \\$", "$status \"$request\" it's \\$");
  }

  @Test
  public void apachesDirectives() {
    String quoted = "\"%h %l %u %t \\\"%r\\\" %>s %b\"";
    assertFormat("LogFormat " + quoted + " common", APACHE);
    assertFormat("LogFormat " + quoted, APACHE);
    assertFormat("  logformat\t'" + APACHE + "'   common \n", APACHE);
    assertFormat("# of the shop\nLogFormat \\\n  " + quoted + " \\\n  common", APACHE);
    assertFormat("CustomLog logs/access_log " + quoted, APACHE);
    assertFormat("CustomLog \"|bin/rotatelogs a 60\" " + quoted + " env=!image", APACHE);
    assertFormat("CustomLog logs/access_log combined", "combined");
    assertFormat("LogFormat \"%t\\t%>s\" short", "%t\t%>s");
    assertFormat(quoted + " common", APACHE);
    assertFormat(quoted, APACHE);
    assertFormat("'" + APACHE + "'", APACHE);
  }

  @Test
  public void nginxsDirectives() {
    assertFormat("log_format main '" + NGINX + "';", NGINX);
    assertFormat("log_format main \"" + NGINX.replace("\"", "\\\"") + "\";", NGINX);
    assertFormat(
        "log_format  main  '$remote_addr - $remote_user [$time_local] \"$request\" '\n"
            + "                  '$status $body_bytes_sent';\n",
        NGINX);
    assertFormat(
        "log_format main escape=json '$remote_addr - $remote_user [$time_local] ' # who\r\n"
            + " '\"$request\" '\n \"$status\" ' $body_bytes_sent'",
        NGINX);
    assertFormat("log_format short $time_iso8601|$status;", "$time_iso8601|$status");
    assertFormat(
        "log_format it '$status it\\'s $time_local \\x22';", "$status it's $time_local \\x22");
    assertFormat("'" + NGINX + "'", NGINX);
    assertFormat("'" + NGINX + " '\n'$request_time';", NGINX + " $request_time");
  }

  @Test
  public void whatHasNoFormatIsRefused() {
    assertRefused("json", "common, combined or nginx");
    assertRefused("LogFormat", "no format");
    assertRefused("LogFormat main", "names the format main");
    assertRefused("CustomLog logs/access_log", "no format");
    assertRefused("CustomLog logs/access_log main", "names the format main");
    assertRefused("TransferLog logs/access_log", "has no format");
    assertRefused("access_log logs/access.log main;", "has no format");
    assertRefused("log_format main;", "no format");
    assertRefused("log_format '" + NGINX + "';", "no format");
  }

  @Test
  public void whatIsNotWholeIsRefused() {
    assertRefused("LogFormat \"%h %t %>s", "not closed");
    assertRefused("LogFormat \"%h %t \"%r\" %>s\" common", "must be \\\"");
    assertRefused("LogFormat \"%h %t %>s\" a\nLogFormat \"%h %t %>s\" b", "text behind");
    assertRefused("log_format main '$time_local $status", "not closed");
    assertRefused("log_format main '$time_local $status'; access_log a main;", "behind its ;");
    assertRefused("log_format main '$time_local ''$status';", "directly behind");
    assertRefused("%h %t \\\"%r\\\" %>s\" common", "not in pairs");
    assertRefused("$time_local \"$request\" $status';", "not in pairs");
    assertRefused("%t %>s\n%h", "more than one line");
    assertRefused("%t %>s\\n", "more than one line");
  }

  private static void assertFormat(String text, String format) {
    assertThat(text, FormatDirective.formatIn(text), is(format));
  }

  private static void assertRefused(String text, String why) {
    Exception refused =
        assertThrows(text, IllegalArgumentException.class, () -> FormatDirective.formatIn(text));
    assertThat(refused.getMessage(), containsString(why));
    assertThat(refused.getMessage(), not(containsString("\n")));
  }
}
