package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.TreeSet;
import org.junit.Test;

/** A set of units, most of which are an interval. */
public final class UnitSetTest {

  @Test
  public void oneUnitBehindManyThatAreMissing() throws IOException {
    UnitSet units = UnitSet.upTo(0);
    units.add(10_000_000);
    assertThat(units.has(10_000_000), is(true));
    assertThat(units.has(9_999_999), is(false));
    assertThat(units.through(), is(0L));
    assertThat(
        "an addition does not grow with the age of a ledger", bytes(units).length, lessThan(32));
  }

  @Test
  public void anIntervalHasNoBits() throws IOException {
    UnitSet units = UnitSet.upTo(0);
    for (long unit = 1; unit <= 1_000; unit++) {
      units.add(unit);
    }
    assertThat(units.through(), is(1_000L));
    assertThat(bytes(units).length, is(20));
    assertThat(copy(units).through(), is(1_000L));
  }

  @Test
  public void anyOrderGivesTheSameSet() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int through = random.nextInt(3) * 50;
      UnitSet units = UnitSet.upTo(through);
      TreeSet<Long> expected = new TreeSet<>();
      for (long unit = 1; unit <= through; unit++) {
        expected.add(unit);
      }
      for (int i = random.nextInt(150); i > 0; i--) {
        long unit = 1 + random.nextInt(200);
        units.add(unit);
        expected.add(unit);
        if (random.nextInt(20) == 0) {
          units = copy(units);
        }
      }
      requireSame(expected, units);
      requireSame(expected, copy(units));
    }
  }

  @Test
  public void additionsBehindABase() throws IOException {
    UnitSet base = UnitSet.upTo(100);
    UnitSet addition = UnitSet.upTo(0);
    addition.add(103);
    addition.add(101);
    assertThat(base.intersects(copy(addition)), is(false));
    base.addAll(copy(addition));
    assertThat(base.through(), is(101L));
    assertThat(base.has(103), is(true));
    assertThat(base.intersects(addition), is(true));
    UnitSet old = UnitSet.upTo(0);
    old.add(7);
    assertThat(base.intersects(old), is(true));
  }

  private static void requireSame(TreeSet<Long> expected, UnitSet units) {
    long through = 0;
    while (expected.contains(through + 1)) {
      through++;
    }
    assertThat(units.through(), is(through));
    assertThat(units.isEmpty(), is(expected.isEmpty()));
    for (long unit = 1; unit <= 260; unit++) {
      assertThat("unit " + unit, units.has(unit), is(expected.contains(unit)));
    }
  }

  private static UnitSet copy(UnitSet units) throws IOException {
    return UnitSet.readFrom(new DataInputStream(new ByteArrayInputStream(bytes(units))));
  }

  private static byte[] bytes(UnitSet units) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    units.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
