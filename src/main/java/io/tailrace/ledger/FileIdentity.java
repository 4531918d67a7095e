package io.tailrace.ledger;

import java.io.Serializable;

/**
 * What a file is known by that is followed, whatever its name is or will be.
 *
 * @param file the number of the file: 1 for the first one that the ledger has followed, then one
 *     more each
 * @param key its device and inode, as its storage names them
 * @param head the fingerprint of its first bytes, as many as were known
 * @param tail the fingerprint at the end of what was planned together, or, of a packed file that is
 *     read whole, {@code head} again
 */
public record FileIdentity(long file, String key, Fingerprint head, Fingerprint tail)
    implements Serializable {}
