package io.tailrace.it;

import io.tailrace.ledger.SplitReports;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.After;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.ErrorCollector;

/**
 * A run is frozen just before it writes something to its ledger on S3, another one takes over, and
 * the request of the first arrives after that: it undoes nothing and adds nothing.
 */
public final class FrozenHolderIT {

  private static final String INPUT = "LogDataLive/";
  private static final int FILES_BEFORE = 2;
  private static final int PARTS = 16;
  private static final int FILES_OF_THE_SUCCESSOR = 2;

  @ClassRule public static final LocalS3 S3 = new LocalS3();
  @Rule public final Tailrace tailrace = new Tailrace();

  /** What happens to one output says nothing about the others. */
  @Rule public final ErrorCollector errors = new ErrorCollector();

  private final List<Holder> holders = new ArrayList<>();

  /** The holder of the lease of an output of its own, and what happens to that output. */
  private final class Holder {

    private final String written;
    private final LocalS3.Bucket bucket = S3.newBucket();
    private final OutputFolder output = new OutputFolder(new Folder(bucket.path("output")));
    private final MixedLogsAnswers answers = new MixedLogsAnswers(bucket.path("LogDataLive"));
    private final FlakyProxy proxy = new FlakyProxy(S3.endpoint());
    private TailraceProcess run;
    private TailraceProcess successor;
    private TailraceProcess third;
    private int files;

    /**
     * @param written how the path of what it writes when it is frozen begins, in the ledger
     * @param parts how many parts its report has
     */
    Holder(String written, int parts) throws IOException {
      this.written = written;
      if (parts > 1) {
        SplitReports.inNew(
            new Folder(bucket.path("output")), Pipelines.SERVER_LOGS.reports().get(0), parts);
      }
    }

    void deliver(int count) throws IOException {
      for (int i = 0; i < count; i++) {
        bucket.put(INPUT + MixedLogs.name(files), MixedLogs.content(files));
        answers.addNext();
        files++;
      }
    }

    String[] arguments(List<String> storageOptions, String trigger) {
      return Stream.concat(
              Stream.of(
                  "server-logs",
                  "--input=" + bucket.path(INPUT),
                  "--output=" + bucket.path("output"),
                  "--trigger=" + trigger,
                  "--unitSize=16KB",
                  "--pollInterval=100ms",
                  "--progress=none",
                  "--dashboard=off"),
              storageOptions.stream())
          .toArray(String[]::new);
    }

    /** Holds back what it writes from now on, and the signs of life that it gives. */
    void freeze() {
      proxy.hold(
          request ->
              request.method().equals("PUT")
                  && (isIn(request, written) || isIn(request, "lease-")));
    }

    boolean isFrozen() {
      return proxy.held().stream().anyMatch(request -> isIn(request, written));
    }

    private static boolean isIn(FlakyProxy.Request request, String path) {
      return request.target().contains("/output/_ledger/" + path);
    }

    boolean isIdle() throws IOException {
      OutputFolder.Total total = output.total();
      return total.records() + total.deadLetters() == MixedLogs.lines(files);
    }

    void requireExact(String when) throws InterruptedException {
      try {
        answers.requireIn(new Folder(bucket.path("output")));
      } catch (AssertionError | IOException | SQLException | RuntimeException e) {
        errors.addError(
            new AssertionError(
                String.format("frozen before it wrote %s, %s: %s", written, when, run), e));
      }
    }
  }

  @After
  public void closeProxies() throws IOException {
    for (Holder holder : holders) {
      holder.proxy.close();
    }
  }

  /** The outputs take their steps together, because each waits for a lease to be lost. */
  @Test
  public void whatItWritesTooLateChangesNothing() throws Exception {
    tailrace.requireOtherMachines();
    for (String written : List.of("plans/plan-", "receipts/unit-", "totals/")) {
      holders.add(new Holder(written, 1));
    }
    holders.add(new Holder("totals/", PARTS));
    for (Holder holder : holders) {
      holder.deliver(FILES_BEFORE);
      holder.run =
          tailrace.start(holder.arguments(S3.options(holder.proxy.endpoint()), "continuous"));
    }
    for (Holder holder : holders) {
      Tailrace.await(holder.run).until(holder::isIdle);
    }

    for (Holder holder : holders) {
      holder.freeze();
      holder.deliver(1);
    }
    for (Holder holder : holders) {
      Tailrace.await(holder.run).until(holder::isFrozen);
    }

    for (Holder holder : holders) {
      holder.deliver(FILES_OF_THE_SUCCESSOR);
      holder.successor = tailrace.startElsewhere(holder.arguments(S3.options(), "availableNow"));
    }
    for (Holder holder : holders) {
      holder.successor.requireExit(0, Tailrace.PATIENCE);
      holder.requireExact("after its successor");
    }

    for (Holder holder : holders) {
      holder.proxy.release();
    }
    for (Holder holder : holders) {
      Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> holder.proxy.held().isEmpty());
      holder.run.awaitExit(Tailrace.PATIENCE);
      holder.requireExact("after what it wrote has arrived");
    }

    for (Holder holder : holders) {
      holder.deliver(1);
      holder.third = tailrace.start(holder.arguments(S3.options(), "availableNow"));
    }
    for (Holder holder : holders) {
      holder.third.requireExit(0, Tailrace.PATIENCE);
      holder.requireExact("after a third run");
    }
  }
}
