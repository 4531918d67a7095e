package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import java.util.List;

/**
 * Who is told of notices, and how far it is. What it is told of may be told again if it is not
 * known whether it has heard it.
 *
 * <p>Not safe for use by more than one thread.
 */
interface Receiver extends AutoCloseable {

  /** How far it is, 0 at the beginning. */
  long position() throws ReceiverException;

  /**
   * Tells notices, in their order, and notes how far it is then.
   *
   * @throws ReceiverException if that is not known to have happened
   */
  void tell(List<Notices.Notice> notices) throws ReceiverException;

  /** How many notices it takes at once. */
  int mostAtOnce();

  @Override
  void close();

  /**
   * Whoever is at an address.
   *
   * @param url an address of a Redis stream or of a web server
   * @param pipeline the pipeline that tells
   * @param ledger the ledger of its output
   * @param source tells its notices from others of the same ledger
   * @param defaultStream the Redis stream, if the address names none
   */
  static Receiver of(
      String url, String pipeline, Ledger ledger, String source, String defaultStream) {
    return Webhook.isAddress(url)
        ? Webhook.of(url, pipeline, ledger, source)
        : RedisStream.of(url, source, defaultStream);
  }

  /**
   * Checks an address. Nobody is asked.
   *
   * @throws io.tailrace.options.UsageException if it is none
   */
  static void check(String url) {
    if (Webhook.isAddress(url)) {
      Webhook.check(url);
    } else {
      RedisStream.of(url, "", "any").close();
    }
  }
}
