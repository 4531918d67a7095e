package io.tailrace.simulation;

/** Something that goes wrong at a step of an actor. */
public enum Fault {
  /** The step fails and has no effect. */
  FAIL_BEFORE,

  /** The step fails although it has its effect. */
  FAIL_AFTER,

  /**
   * The step fails, and its effect comes some steps later: a request that a network holds back. On
   * a file system, and for steps that change nothing, the same as {@link #FAIL_BEFORE}.
   */
  FAIL_LATE,

  /** The actor is held up before the step, maybe until all others are done. */
  FREEZE_BEFORE,

  /** The actor is held up behind the step, maybe until all others are done. */
  FREEZE_AFTER,

  /** The actor is gone before the step. */
  KILL_BEFORE,

  /** The actor is gone behind the step. */
  KILL_AFTER,

  /**
   * The actor is gone, and the effect of its step comes some steps later. On a file system, and for
   * steps that change nothing, the same as {@link #KILL_BEFORE}.
   */
  KILL_LATE,

  /** The power is cut before the step. */
  CUT_BEFORE,

  /** The power is cut behind the step. */
  CUT_AFTER
}
