package io.tailrace.game;

import java.util.List;
import java.util.Optional;

/** What a player can do: a path of the API. */
enum GameAction {
  /** Nothing in particular. */
  DEFAULT("/", "default", "", "This is the default response!", ""),
  SWORD("/purchase_a_sword", "sword_event", "wood", "%s Sword Purchased!", "%s Sword Destroyed!"),
  GUILD("/join_guild", "guild_event", "starter guild", "Joined Guild %s", "Left Guild %s");

  private final String path;
  private final String eventType;
  private final String defaultDetail;
  private final String answerToGet;
  private final String answerToDelete;

  GameAction(
      String path,
      String eventType,
      String defaultDetail,
      String answerToGet,
      String answerToDelete) {
    this.path = path;
    this.eventType = eventType;
    this.defaultDetail = defaultDetail;
    this.answerToGet = answerToGet;
    this.answerToDelete = answerToDelete;
  }

  /** The action at a path, which must be the same to the letter. */
  static Optional<GameAction> at(String path) {
    return List.of(values()).stream().filter(action -> action.path.equals(path)).findFirst();
  }

  String eventType() {
    return eventType;
  }

  /** The detail of an event whose request names none. */
  String defaultDetail() {
    return defaultDetail;
  }

  /** Whether its events have a direction and a detail. */
  boolean hasDirection() {
    return this != DEFAULT;
  }

  /** The methods by which it is requested. */
  List<String> methods() {
    return hasDirection() ? List.of("GET", "DELETE") : List.of("GET");
  }

  /** The format of the answer, whose only argument is the detail. */
  String answer(boolean reduces) {
    return reduces ? answerToDelete : answerToGet;
  }
}
