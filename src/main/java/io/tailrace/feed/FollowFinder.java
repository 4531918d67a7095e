package io.tailrace.feed;

import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.KnownNames;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds new lines at the ends of files that others append to, and new files.
 *
 * <p>A file is known by its device and inode and by fingerprints of its bytes: of the first ones,
 * and of those before the end that was planned. As long as a file has both, it has grown and
 * nothing else. One that has lost them has been truncated or replaced and is a new file, and what
 * is missing of the old one is looked for in files beside it whose names rotation may have made,
 * also in packed ones. So a copy of a followed file is recognized by its name and its bytes, a
 * renamed one by its inode and its bytes, wherever it is.
 *
 * <p>Packed files are found once they have settled and are read whole, unless they are a followed
 * file packed.
 *
 * <p>Nothing is decided by what is only in memory: what a plan says of a file is all that a later
 * run needs.
 */
final class FollowFinder implements Finder {

  private final FollowFeed settings;
  private final Packs packs;
  private final UnreadSlices unread;
  private final Tracks tracks = new Tracks();
  private PassedOver passedOver = new PassedOver();
  private final FollowWarnings warnings = new FollowWarnings();
  private final ReadLimits limits;

  /** Where the files that the last plan begins to follow were found. */
  private Map<Long, StoredFile> begun = Map.of();

  private Set<Long> gone = Set.of();
  private boolean more;
  private long waiting;
  private long pollingMillis;

  FollowFinder(Ledger ledger, FollowFeed settings) {
    this.settings = settings;
    this.packs = new Packs(settings.files().unitBytes(), settings.files().apart());
    this.unread = new UnreadSlices(ledger, settings, packs);
    this.limits = new ReadLimits(settings.once());
  }

  @Override
  public void remember(Checkpoint newest, KnownNames index) {
    unread.remember(newest);
    tracks.remember(newest);
  }

  @Override
  public void remember(Plan plan) {
    tracks.remember(plan, begun);
    begun = Map.of();
    unread.remember(plan);
  }

  @Override
  public void begin() throws IOException {
    unread.begin();
    tracks.begin();
  }

  @Override
  public void forget() {
    begun = Map.of();
    passedOver = new PassedOver();
    tracks.all().forEach(Track::lookAgainFromItsEnd);
  }

  @Override
  public long waiting() {
    return waiting;
  }

  /** Looking takes half the time at most. */
  @Override
  public long pauseMillis() {
    return more ? 0 : Math.max(settings.pollMillis(), pollingMillis);
  }

  @Override
  public Found find(long now) throws IOException {
    long began = System.nanoTime();
    unread.takeNotes(now);
    LookedAt files = new LookedAt(settings.files().listing(), now, settings.settleMillis());
    files.listed().forEach(limits::note);
    Places places = new Places(tracks, limits);
    FollowPlan plan = new FollowPlan(settings, packs, limits, warnings, tracks.nextNumber());
    FollowLook look =
        new FollowLook(
            new LookContext(files, tracks, places, plan, passedOver, unread.sources(), warnings),
            settings.pollMillis());
    look.look(gone);
    List<Pack> found = new ArrayList<>(packs.pack(plan.slices(), 0));
    List<String> answered = unread.plan(found, look::again, now);
    begun = plan.begun();
    more = plan.leavesMore();
    waiting = files.unsettled();
    gone = places.goneNumbers();
    limits.start();
    pollingMillis = (System.nanoTime() - began) / 1_000_000;
    return new Found(found, answered, places.forgotten(), List.of());
  }

  @Override
  public void close() {
    unread.close();
  }
}
