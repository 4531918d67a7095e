package io.tailrace.it;

import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.rules.ExternalResource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * Chromium without a window, of Debian's packages {@code chromium} and {@code chromium-driver}; a
 * test that needs it is left out, and says so, where they are not installed.
 */
final class Browser extends ExternalResource {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Dimension WIDE = new Dimension(1440, 1800);

  /** Where pictures of the page are kept, to be looked at. */
  private static final Path PICTURES = Path.of("target", "pictures");

  private ChromeDriver driver;

  @Override
  protected void before() {
    boolean installed = Files.exists(CHROMIUM) && Files.exists(DRIVER);
    if (!installed) {
      System.err.println(
          "The page is not tested in a browser: packages chromium and chromium-driver are not"
              + " installed");
    }
    assumeTrue("chromium and chromium-driver are installed", installed);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    // Root, as which CI runs, has no sandbox.
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .build();
    driver = new ChromeDriver(service, options);
    driver.manage().window().setSize(WIDE);
  }

  @Override
  protected void after() {
    if (driver != null) {
      driver.quit();
    }
  }

  void open(String address) {
    driver.get(address);
  }

  void reload() {
    driver.navigate().refresh();
  }

  /** As if the user liked dark colours, or had a narrow screen. */
  void emulate(boolean dark, int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
  }

  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  /** The text of an element, or nothing while it is not there or just being drawn. */
  String text(String selector) {
    try {
      return find(selector).getText();
    } catch (NoSuchElementException | StaleElementReferenceException e) {
      return "";
    }
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** What the page's scripts have complained of. */
  List<String> complaints() {
    return driver.manage().logs().get("browser").getAll().stream()
        .map(Object::toString)
        .filter(
            line -> !line.contains("ERR_CONNECTION_REFUSED") && !line.contains("ERR_INCOMPLETE"))
        .toList();
  }

  /** Keeps a picture of the whole page. */
  void picture(String name) throws IOException {
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  static ConditionFactory await() {
    return Awaitility.await().atMost(Tailrace.PATIENCE).pollInterval(Duration.ofMillis(50));
  }
}
