package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.junit.Test;

/** How values of units travel between steps, and stay in savepoints. */
public final class UnitTableTest {

  @Test
  public void theTimeOfArrivalTravelsAlong() throws IOException {
    for (long arrived : new long[] {Unit.UNKNOWN, 1, 1_764_305_100_000L}) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      UnitTable sent = UnitTable.of(7, TestLedger.values(7)).arrivedAt(arrived);
      UnitTable.Coder.of().encode(sent, bytes);
      UnitTable.Coder.of().encode(sent, bytes);
      ByteArrayInputStream in = new ByteArrayInputStream(bytes.toByteArray());
      for (int i = 0; i < 2; i++) {
        UnitTable received = UnitTable.Coder.of().decode(in);
        assertThat(received.unit(), is(7L));
        assertThat(received.arrived(), is(arrived));
        assertThat(received.table().toBytes(), is(sent.table().toBytes()));
      }
      assertThat(in.available(), is(0));
    }
  }

  @Test
  public void aSavepointOfAnEarlierVersionIsRead() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    VarLongCoder.of().encode(7L, bytes);
    ByteArrayCoder.of().encode(TestLedger.values(7).toBytes(), bytes);
    UnitTable read = UnitTable.Coder.of().decode(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(read.unit(), is(7L));
    assertThat(read.arrived(), is(Unit.UNKNOWN));
  }
}
