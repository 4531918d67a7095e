package io.tailrace.it;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Runs another main class in this process, and ends the process when its standard input ends: when
 * whoever has started it closes it or is no more.
 */
public final class UntilInputEnds {

  private UntilInputEnds() {}

  /** The first argument is the name of the class, the others are its arguments. */
  public static void main(String[] arguments) {
    Thread watch = new Thread(UntilInputEnds::haltAtTheEnd, "until-input-ends");
    watch.setDaemon(true);
    watch.start();
    String[] others = Arrays.copyOfRange(arguments, 1, arguments.length);
    try {
      Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) others);
    } catch (ReflectiveOperationException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void haltAtTheEnd() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // That is an end, too.
    }
    Runtime.getRuntime().halt(0);
  }
}
