package io.tailrace.run;

import io.tailrace.metrics.Retrying;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Appends notices to a stream of Redis, once each, while the run lasts. If Redis does not answer,
 * it is told later.
 */
final class StreamTeller implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamTeller.class);
  private static final long MILLIS_BETWEEN_LOOKS = 500;

  private final Notices notices;
  private final RedisStream stream;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "stream");
            thread.setDaemon(true);
            return thread;
          });

  /** How far the stream was when it was asked last. */
  private long told;

  /** Up to here there was nothing more to tell then. */
  private long looked;

  private final Retrying retrying = Retrying.of(Retrying.Work.NOTICE);
  private boolean fails;

  private StreamTeller(Notices notices, RedisStream stream) {
    this.notices = notices;
    this.stream = stream;
  }

  /** Begins to tell; what earlier runs have told is not told again. */
  static StreamTeller start(Notices notices, RedisStream stream) {
    StreamTeller teller = new StreamTeller(notices, stream);
    teller.scheduler.scheduleWithFixedDelay(
        teller::tell, 0, MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
    return teller;
  }

  private synchronized void tell() {
    try {
      boolean more = true;
      while (more) {
        long position = stream.position();
        if (position != told) {
          // Another run's, or Redis has lost it.
          told = position;
          looked = position;
        }
        Notices.Batch batch = notices.after(looked);
        more = !batch.entries().isEmpty();
        if (more) {
          stream.append(batch.entries(), batch.position());
          told = batch.position();
        }
        looked = Math.max(looked, batch.position());
      }
      if (fails) {
        LOG.warn("Redis at {} answers again", stream);
      }
      fails = false;
      retrying.close();
    } catch (JedisException e) {
      if (!fails) {
        LOG.warn("Redis at {} cannot be told yet: {}", stream, e.getMessage());
      }
      fails = true;
      retrying.failed();
      stream.close();
    } catch (IOException e) {
      LOG.warn("What Redis is to be told cannot be read now: {}", e.getMessage());
    }
  }

  /** Tells what is left. */
  @Override
  public void close() {
    scheduler.shutdown();
    tell();
    retrying.close();
    stream.close();
    notices.close();
  }
}
