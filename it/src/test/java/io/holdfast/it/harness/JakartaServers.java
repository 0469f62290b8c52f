package io.holdfast.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;
import org.jspecify.annotations.Nullable;

/**
 * Two Tomcats that run the adapter for Java of {@code docs/migration.md} as it stands there, as
 * {@code adapter-server.js} does that for Node: a process that prints {@code listening PORT
 * OTHER_PORT}; on a line {@code restart} the first closes all with 1012.
 */
public final class JakartaServers {
  /** What the adapter calls by this name. */
  public static final Store store = new Store();

  private static final Set<Session> SESSIONS = ConcurrentHashMap.newKeySet();

  private JakartaServers() {}

  /** How many messages a client has ever sent. */
  public static final class State {
    private int seen;

    private State(int seen) {
      this.seen = seen;
    }

    /** What a client is told whose last messages may be lost. */
    public String resumed() {
      return "{\"type\":\"resumed\",\"seen\":" + seen + "}";
    }

    /** Answers with the count, after a while. */
    public void handle(Session ws, String text) {
      SESSIONS.add(ws);
      String answer = "{\"seen\":" + ++seen + "}";
      Executor later =
          CompletableFuture.delayedExecutor(
              ThreadLocalRandom.current().nextInt(100), TimeUnit.MILLISECONDS);
      later.execute(() -> {
        if (ws.isOpen()) {
          ws.getAsyncRemote().sendText(answer);
        }
      });
    }
  }

  /** All states, as both servers see them. */
  public static final class Store {
    private record Kept(int seen, boolean left) {}

    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    private Store() {}

    /** The state, or a new one. */
    public State load(String session) {
      return new State(kept.getOrDefault(session, new Kept(0, false)).seen);
    }

    /** The state; null while a server has it. */
    public @Nullable State loadIfLeft(String session) {
      Kept found = kept.get(session);
      return found != null && found.left ? new State(found.seen) : null;
    }

    /** Keeps it. */
    public void save(String session, State state, boolean left) {
      kept.put(session, new Kept(state.seen, left));
    }
  }

  /**
   * Starts them in a process.
   *
   * @param page where the adapter stands
   * @param folder for what is compiled
   */
  public static Child start(Path page, Path folder) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path = System.getProperty("java.class.path");
    // Soon warm, and sparing with the cores that all processes of a test share.
    List<String> command =
        List.of(
            java,
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            path,
            JakartaServers.class.getName(),
            page.toString(),
            folder.toString());
    return Child.start("jakarta-servers", command, Map.of());
  }

  /** The process. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[1]);
    Class<?> endpoint = compile(Files.readString(Path.of(args[0])), folder);
    Tomcat first = serve("first", endpoint, folder);
    Tomcat second = serve("second", endpoint, folder);
    System.out.println("listening " + port(first) + " " + port(second));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("restart")) {
        closeAll(first);
      }
    }
  }

  private static Class<?> compile(String page, Path folder) throws Exception {
    Matcher block =
        Pattern.compile("```java\n(@ServerEndpoint.*?)```", Pattern.DOTALL).matcher(page);
    if (!block.find()) {
      throw new IllegalStateException("no adapter for Java");
    }
    String unit =
        """
        import static io.holdfast.it.harness.JakartaServers.store;
        import io.holdfast.it.harness.JakartaServers.State;
        import jakarta.websocket.*;
        import jakarta.websocket.server.*;
        import java.io.IOException;
        import java.util.List;
        """
            + block.group(1);
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Chat.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public String getCharContent(boolean ignoreEncodingErrors) {
            return unit;
          }
        };
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = List.of("-proc:none", "-d", folder.toString());
    if (!compiler.getTask(null, null, null, options, null, List.of(source)).call()) {
      throw new IllegalStateException("the adapter for Java does not compile");
    }
    URL[] classes = {folder.toUri().toURL()};
    return new URLClassLoader(classes).loadClass("Chat");
  }

  private static Tomcat serve(String name, Class<?> endpoint, Path folder)
      throws LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.resolve(name).toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.getEngine().setName(name);
    Context context = tomcat.addContext("", folder.toString());
    context.setParentClassLoader(endpoint.getClassLoader());
    context.addServletContainerInitializer(new WsSci(), Set.of(endpoint));
    // Without a servlet there is nothing that filters, such as that of WebSockets, stand before.
    Tomcat.addServlet(context, "default", new DefaultServlet()).addMapping("/");
    tomcat.start();
    return tomcat;
  }

  private static int port(Tomcat tomcat) {
    return tomcat.getConnector().getLocalPort();
  }

  private static void closeAll(Tomcat tomcat) throws IOException {
    Context context = (Context) tomcat.getHost().findChild("");
    Object container =
        context.getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
    for (Session session : SESSIONS) {
      if (session.isOpen() && session.getContainer().equals(container)) {
        session.close(new CloseReason(CloseCodes.SERVICE_RESTART, "restart"));
      }
    }
  }
}
