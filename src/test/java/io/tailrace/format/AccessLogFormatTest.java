package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.Test;

/** A format's text says which parser reads it. */
public final class AccessLogFormatTest {

  @Test
  public void aNameIsReadByTheParserOfBytes() {
    for (String name : new String[] {"common", "combined", "nginx"}) {
      assertThat(new AccessLogFormat(name).parser(), is(instanceOf(ByteAccessLineParser.class)));
    }
  }

  @Test
  public void aConfigurationThatSaysWhatANameDoesIsReadLikeTheName() {
    for (String text :
        new String[] {
          AccessLogFormat.COMMON,
          AccessLogFormat.COMBINED,
          "LogFormat \"%h %l %u %t \\\"%r\\\" %s %O\" common",
          "%a %l %u %t \"%r\" %>s %B \"%{referer}i\" \"%{User-agent}i\""
        }) {
      assertThat(
          text, new AccessLogFormat(text).parser(), is(instanceOf(ByteAccessLineParser.class)));
    }
  }

  @Test
  public void aConfigurationIsReadByTheParserOfAnyFormat() {
    for (String text :
        new String[] {
          "%t %>s",
          "[$time_local] $status",
          AccessLogFormat.COMBINED + " %D",
          AccessLogFormat.COMMON.replace(" %b", "\t%b"),
          AccessLogFormat.COMMON.replace("%t", "[%{%d/%b/%Y:%T}t]")
        }) {
      assertThat(new AccessLogFormat(text).parser(), is(instanceOf(LogFormatParser.class)));
    }
  }

  @Test
  public void anyOtherTextIsRefusedWithWhatIsExpected() {
    for (String text : new String[] {"", "Combined", "json", "t s"}) {
      Exception refused =
          assertThrows(IllegalArgumentException.class, () -> new AccessLogFormat(text));
      assertThat(
          refused.getMessage(),
          is(
              allOf(
                  containsString("'" + text + "'"),
                  containsString("common, combined or nginx"),
                  containsString("%>s"),
                  containsString("$status"))));
    }
  }

  @Test
  public void travelsToAWorker() throws Exception {
    AccessLogFormat format = new AccessLogFormat(AccessLogFormat.COMMON);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(format);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject(), is(format));
    }
  }
}
