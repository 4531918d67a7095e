package io.tailrace.run;

import io.tailrace.metrics.Retrying;
import io.tailrace.metrics.Troubles;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a receiver of notices while the run lasts. If it does not answer, it is told later, after a
 * pause that doubles each time.
 */
final class NoticeTeller implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NoticeTeller.class);
  private static final long MILLIS_BETWEEN_LOOKS = 500;
  private static final long MOST_MILLIS_BETWEEN_TRIES = 15_000;

  /** A run that is asked to end leaves what takes longer to the next one. */
  private static final Duration TIME_TO_END = Duration.ofSeconds(3);

  private final Notices notices;
  private final Receiver receiver;
  private final Retrying retrying = Retrying.of(Retrying.Work.NOTICE);
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "notices");
            thread.setDaemon(true);
            return thread;
          });

  /** How far the receiver was when it was asked last. */
  private long told;

  /** Up to here, and with what waits, everything that was there then is known. */
  private long looked;

  /** What was read and is not told yet. */
  private List<Notices.Notice> waiting = List.of();

  /** The pause before the next try, in milliseconds; 0 if the receiver answers. */
  private long pause;

  private long nextTry;

  /** When nothing more is told, in nanoseconds; 0 as long as the run lasts. */
  private volatile long end;

  private NoticeTeller(Notices notices, Receiver receiver) {
    this.notices = notices;
    this.receiver = receiver;
  }

  /** Begins to tell; what earlier runs have told is not told again. */
  static NoticeTeller start(Notices notices, Receiver receiver) {
    NoticeTeller teller = new NoticeTeller(notices, receiver);
    teller.scheduler.scheduleWithFixedDelay(
        teller::tellUnlessItRests, 0, MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
    return teller;
  }

  private synchronized void tellUnlessItRests() {
    if (pause == 0 || System.nanoTime() - nextTry >= 0) {
      tell();
    }
  }

  private synchronized void tell() {
    try {
      boolean more = true;
      while (more && !isOver()) {
        long position = receiver.position();
        if (position != told) {
          // Another run's, or the receiver has lost it.
          told = position;
          looked = position;
          waiting = List.of();
        }
        if (waiting.isEmpty()) {
          Notices.Batch batch = notices.after(looked);
          looked = Math.max(looked, batch.position());
          waiting = batch.notices();
        }
        more = !waiting.isEmpty();
        tellWaiting();
      }
      if (pause > 0) {
        LOG.warn("{} answers again", receiver);
        Troubles.over(receiver.toString());
        pause = 0;
        retrying.close();
      }
    } catch (ReceiverException e) {
      if (pause == 0) {
        Troubles.warn(
            LOG, receiver.toString(), "{} cannot be told yet: {}", receiver, e.getMessage());
      }
      pause = Math.min(MOST_MILLIS_BETWEEN_TRIES, Math.max(MILLIS_BETWEEN_LOOKS, 2 * pause));
      nextTry = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
      retrying.failed();
    } catch (IOException e) {
      LOG.warn("What {} is to be told cannot be read now: {}", receiver, e.getMessage());
    }
  }

  /** Tells what waits, unless the time is over before. */
  private void tellWaiting() throws ReceiverException {
    while (!waiting.isEmpty() && !isOver()) {
      List<Notices.Notice> next =
          waiting.subList(0, Math.min(waiting.size(), receiver.mostAtOnce()));
      receiver.tell(next);
      told = next.get(next.size() - 1).position();
      waiting = waiting.subList(next.size(), waiting.size());
    }
  }

  private boolean isOver() {
    return end != 0 && System.nanoTime() - end >= 0;
  }

  /** Tells what is left, as far as the time suffices. */
  @Override
  public void close() {
    scheduler.shutdown();
    end = System.nanoTime() + TIME_TO_END.toNanos();
    tell();
    retrying.close();
    receiver.close();
    notices.close();
  }
}
