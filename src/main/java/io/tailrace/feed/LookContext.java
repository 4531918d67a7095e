package io.tailrace.feed;

import java.util.Set;

/**
 * What the steps of one look at followed files work on.
 *
 * @param files the files that are there
 * @param tracks the files that are followed
 * @param places which of these were found by now
 * @param plan what is planned by now
 * @param passedOver the files that are there and not followed
 * @param wanted the names of files that could not be read and are asked for again
 */
record LookContext(
    LookedAt files,
    Tracks tracks,
    Places places,
    FollowPlan plan,
    PassedOver passedOver,
    Set<String> wanted,
    FollowWarnings warnings) {}
