package io.tailrace.feed;

import io.tailrace.storage.StoredFile;
import java.io.IOException;

/** Looks at files that no inode tells: copies, what has become of a file that is gone, new ones. */
final class UnknownFiles {

  private final LookContext look;
  private final Copies copies;
  private final Adoptions adoptions;

  UnknownFiles(LookContext look, Copies copies, Adoptions adoptions) {
    this.look = look;
    this.copies = copies;
    this.adoptions = adoptions;
  }

  void lookAt(StoredFile file) {
    if (file.size() == 0 || look.passedOver().hasStill(file)) {
      return;
    }
    try {
      if (FileSliceReader.isPacked(file.path())) {
        lookAtPacked(file);
      } else {
        try (FollowedContent content = FollowedContent.open(file.path())) {
          lookAtPlain(file, content);
        }
      }
    } catch (IOException e) {
      look.warnings().cannotBeRead(file, e);
    }
  }

  private void lookAtPlain(StoredFile file, FollowedContent content) throws IOException {
    FirstBytes first = FirstBytes.of(content);
    if (copies.isCopy(file, content)
        || copies.isShortCopy(file, content.fingerprint(content.size()))) {
      return;
    }
    for (Track track : look.places().gone()) {
      if (!track.file().packed()
          && first.is(track.file().head())
          && track.mayBe(file.name())
          && adoptions.adopt(track, file, content)) {
        return;
      }
    }
    if (copies.isUnpacked(file, first, content.fingerprint(content.size()))
        || !look.plan().begin(file, content)) {
      look.passedOver().add(file);
    }
  }

  private void lookAtPacked(StoredFile file) throws IOException {
    if (look.wanted().contains(file.path()) || !look.files().hasSettledOrWaits(file)) {
      return;
    }
    FirstBytes first = FirstBytes.unpackedIfPossible(file.path());
    if (copies.isPackedCopy(file)) {
      look.passedOver().add(file);
      return;
    }
    boolean mayBeCopy = copies.hasOriginal(file);
    for (Track track : look.places().gone()) {
      boolean named = track.mayBe(file.name());
      mayBeCopy |= named && !track.file().packed();
      if (named && first.mayBe(track.file()) && adoptions.adoptPacked(track, file)) {
        return;
      }
    }
    if (first.isEmpty() && mayBeCopy) {
      look.warnings().cannotBeUnpackedYet(file);
      look.passedOver().add(file);
      return;
    }
    look.plan().beginPacked(file, first);
  }
}
