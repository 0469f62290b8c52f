package io.holdfast.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A page in a {@link Browser}. Elements are named by CSS selectors. */
public final class Tab {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Browser browser;
  private final String session;

  Tab(Browser browser, String session) {
    this.browser = browser;
    this.session = session;
  }

  /** The value of a JavaScript expression; promises are waited for. */
  public JsonNode eval(String expression) throws InterruptedException {
    JsonNode answer =
        browser.call(
            session,
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + " failed: " + answer.get("exceptionDetails"));
    }
    return answer.get("result").path("value");
  }

  /** Text of an element as one sees it; empty when there is none. */
  public String text(String selector) throws InterruptedException {
    return eval("document.querySelector(%s)?.innerText ?? ''".formatted(quoted(selector)))
        .asString();
  }

  /** Waits until a JavaScript expression is true. */
  public void await(String expression) {
    Awaitility.await(expression)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> eval("!!(%s)".formatted(expression)).asBoolean());
  }

  /** Waits until an element's text contains {@code text}. */
  public void awaitText(String selector, String text) {
    await(
        "document.querySelector(%s)?.innerText.includes(%s)"
            .formatted(quoted(selector), quoted(text)));
  }

  /** Clicks an element. */
  public void click(String selector) throws InterruptedException {
    eval("document.querySelector(%s).click()".formatted(quoted(selector)));
  }

  /** Chooses one of an element's options by its value. */
  public void choose(String selector, String value) throws InterruptedException {
    eval(
        "{ const list = document.querySelector(%s); list.value = %s; list.dispatchEvent(new Event('change')); }"
            .formatted(quoted(selector), quoted(value)));
  }

  /** Makes the window as large as this, and the page light or dark, as by the user's system. */
  public void look(int width, int height, boolean dark) throws InterruptedException {
    browser.call(
        session,
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    Map<String, String> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    browser.call(session, "Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /** Types into an element, as by keyboard. */
  public void type(String selector, String text) throws InterruptedException {
    eval("document.querySelector(%s).focus()".formatted(quoted(selector)));
    browser.call(session, "Input.insertText", Map.of("text", text));
  }

  /** Presses Enter where the focus is. */
  public void enter() throws InterruptedException {
    for (String type : List.of("keyDown", "keyUp")) {
      browser.call(
          session,
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", "Enter", "windowsVirtualKeyCode", 13, "text", "\r"));
    }
  }

  /** Saves what one sees as a PNG. */
  public void screenshot(Path file) throws IOException, InterruptedException {
    String data = browser.call(session, "Page.captureScreenshot", Map.of()).get("data").asString();
    Files.write(file, Base64.getDecoder().decode(data));
  }

  /** Exceptions of scripts, and errors of the console, so far. */
  public List<String> problems() {
    return browser.problems(session);
  }

  private static String quoted(String text) {
    return JsonMapper.shared().writeValueAsString(text);
  }
}
