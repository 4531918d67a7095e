package io.tailrace.game;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.Test;

public final class GameEventTest {

  @Test
  public void answersByDefault() throws Exception {
    assertEquals("This is the default response!", answer(GameAction.DEFAULT, "GET", null));
    assertEquals("Wood Sword Purchased!", answer(GameAction.SWORD, "GET", null));
    assertEquals("Wood Sword Destroyed!", answer(GameAction.SWORD, "DELETE", null));
    assertEquals("Joined Guild Starter Guild", answer(GameAction.GUILD, "GET", null));
    assertEquals("Left Guild Starter Guild", answer(GameAction.GUILD, "DELETE", null));
  }

  @Test
  public void answersHaveTheDetailInTitleCase() throws Exception {
    assertEquals("Iron Blade Sword Purchased!", swordAnswer("event_detail=iron+blade"));
    assertEquals("Iron Blade Sword Purchased!", swordAnswer("a=b&event_detail=IRON%20blade&c"));
    assertEquals("Dragon's-Bane Sword Purchased!", swordAnswer("event_detail=dragon's-bane"));
    assertEquals("Ödland Sword Purchased!", swordAnswer("event_detail=%C3%B6dland"));
    assertEquals("100% Sword Purchased!", swordAnswer("event_detail=100%25"));
    assertEquals("A=B Sword Purchased!", swordAnswer("event_detail=a=b"));
  }

  @Test
  public void aDetailThatCannotBeUsedIsRefused() {
    assertThat(refusal("event_detail="), containsString("empty"));
    assertThat(refusal("event_detail"), containsString("empty"));
    assertThat(refusal("event_detail=+%20"), containsString("empty"));
    assertThat(refusal("event_detail=" + "x".repeat(101)), containsString("100 characters"));
    assertThat(refusal("event_detail=a%00b"), containsString("control"));
    assertThat(refusal("event_detail=a%0Ab"), containsString("control"));
    assertThat(refusal("event_detail=a%C2%85b"), containsString("control"));
    assertThat(refusal("event_detail=a%zz"), containsString("%"));
    assertThat(refusal("event_detail=a%C3"), containsString("UTF-8"));
    assertThat(refusal("event_detail=a&event_detail=b"), containsString("twice"));
  }

  @Test
  public void aDetailOfTheGreatestLengthIsTaken() throws Exception {
    String detail = "\uD83D\uDDE1".repeat(100);
    assertEquals(detail + " Sword Purchased!", swordAnswer("event_detail=" + detail));
  }

  @Test
  public void theEventFollowsTheHeaders() throws Exception {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", "Player 1");
    headers.put("Accept", "*/*");
    assertEquals(
        "{\"Host\":\"Player 1\",\"Accept\":\"*/*\",\"event_type\":\"guild_event\","
            + "\"direction\":\"reduce\",\"event_detail\":\"Night watch\"}",
        json(GameEvent.of(GameAction.GUILD, "DELETE", "event_detail=Night+watch"), headers));
    assertEquals(
        "{\"event_type\":\"sword_event\",\"direction\":\"increase\",\"event_detail\":\"wood\"}",
        json(GameEvent.of(GameAction.SWORD, "GET", null), Map.of()));
  }

  @Test
  public void noHeaderStandsForAFieldOfTheEvent() throws Exception {
    Map<String, String> headers =
        Map.of("event_type", "guild_event", "direction", "reduce", "event_detail", "fake");
    assertEquals(
        "{\"event_type\":\"default\"}",
        json(GameEvent.of(GameAction.DEFAULT, "GET", "event_detail=x"), headers));
    assertEquals(
        "{\"event_type\":\"sword_event\",\"direction\":\"increase\",\"event_detail\":\"wood\"}",
        json(GameEvent.of(GameAction.SWORD, "GET", null), headers));
  }

  private static String answer(GameAction action, String method, String query) throws Exception {
    return GameEvent.of(action, method, query).answer();
  }

  private static String swordAnswer(String query) throws Exception {
    return answer(GameAction.SWORD, "GET", query);
  }

  private static String refusal(String query) {
    return assertThrows(
            BadRequestException.class, () -> GameEvent.of(GameAction.SWORD, "GET", query))
        .getMessage();
  }

  private static String json(GameEvent event, Map<String, String> headers) {
    return new String(event.toJson(headers), StandardCharsets.UTF_8);
  }
}
