package io.holdfast.admin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests to an admin listener, and what its answers say. Thread-safe. */
final class AdminHttp implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();
  private final URI base;
  private final @Nullable String token;
  private final Duration patience;

  /**
   * Requests to one gateway.
   *
   * @param token null if the gateway asks for none
   * @param patience for a whole answer
   */
  AdminHttp(URI base, @Nullable String token, Duration patience) {
    this.base = base;
    this.token = token;
    this.patience = patience;
  }

  /** The same for the admin listener at another port of the same host; needs to be closed too. */
  AdminHttp atPort(int port) {
    return new AdminHttp(
        URI.create(base.getScheme() + "://" + base.getHost() + ":" + port), token, patience);
  }

  /**
   * Gets what is at {@code path}.
   *
   * @param member what the answer has to have, so that nobody else's is taken for one
   * @throws AdminException if it is refused, or the answer is not such JSON
   * @throws IOException if the gateway cannot be reached, or does not answer in time
   */
  JsonNode get(String path, String member)
      throws AdminException, IOException, InterruptedException {
    return accepted(send("GET", path, ""), member);
  }

  /**
   * Has something done, which the query tells.
   *
   * @param member what the answer has to have
   * @throws AdminException if it is refused, or the answer is not such JSON
   * @throws IOException if the gateway cannot be reached, or does not answer in time
   */
  JsonNode post(String path, String member)
      throws AdminException, IOException, InterruptedException {
    return post(path, "", member);
  }

  /** The same, with a body unless it is empty. */
  JsonNode post(String path, String body, String member)
      throws AdminException, IOException, InterruptedException {
    return accepted(send("POST", path, body), member);
  }

  /**
   * The answer, whatever it says.
   *
   * @throws IOException if the gateway cannot be reached, or does not answer in time
   */
  HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(patience)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    // The request's own timeout ends with the answer's head.
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("no whole answer in " + patience.toMillis() / 1000.0 + " s");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
    }
  }

  private JsonNode accepted(HttpResponse<String> answer, String member) throws AdminException {
    if (answer.statusCode() / 100 != 2) {
      throw refused(answer);
    }
    return json(answer, member);
  }

  /**
   * What says that it is not as was asked.
   *
   * @throws AdminException if the answer is not JSON
   */
  AdminException refused(HttpResponse<String> answer) throws AdminException {
    if (answer.statusCode() == 401 && token == null) {
      return new AdminException(
          base + " asks for a token; give it with --token or in HOLDFAST_ADMIN_TOKEN.");
    }
    String error = json(answer, "").path("error").asString("");
    return new AdminException(
        base + " answered " + answer.statusCode() + (error.isEmpty() ? "." : ": " + error));
  }

  /**
   * The body.
   *
   * @param member what it has to have; empty for nothing
   * @throws AdminException if it is not such JSON
   */
  JsonNode json(HttpResponse<String> answer, String member) throws AdminException {
    JsonNode body;
    try {
      body = JsonMapper.shared().readTree(answer.body());
    } catch (JacksonException e) {
      body = JsonMapper.shared().missingNode();
    }
    if (body.isMissingNode()) {
      throw stranger(answer.statusCode() + " without JSON");
    }
    if (!member.isEmpty() && !body.has(member)) {
      throw stranger("with other JSON");
    }
    return body;
  }

  /**
   * What a part of an answer says.
   *
   * @throws AdminException if it is not of that type
   */
  <T> T read(JsonNode part, Class<T> type) throws AdminException {
    try {
      return JsonMapper.shared().treeToValue(part, type);
    } catch (JacksonException e) {
      throw stranger("with other JSON");
    }
  }

  private AdminException stranger(String how) {
    return new AdminException(
        base + " answered " + how + "; expected the admin listener of a gateway there.");
  }

  @Override
  public void close() {
    client.shutdownNow(); // what is under way is of no use any more
    client.close();
  }
}
