package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.Standing;
import io.holdfast.health.Health;
import io.holdfast.lifecycle.deploy.DeployFailed;
import io.holdfast.model.Backend;
import io.holdfast.model.Probe;
import io.holdfast.model.Service;
import io.holdfast.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the backends of a service's groups how they are, for a deploy. Blocks. */
record GroupProbes(Groups groups, Health health, String name) {
  /** For one look at a backend without probes of its own. */
  private static final Duration CONNECT = Duration.ofSeconds(2);

  Service service() throws DeployFailed {
    Service service = groups.service(name);
    if (service == null) {
      throw new DeployFailed("service " + name + " is not configured any more");
    }
    return service;
  }

  List<Backend> members(String group) throws DeployFailed {
    List<Backend> members = service().members(group);
    if (members.isEmpty()) {
      throw new DeployFailed("group " + group + " is not configured any more");
    }
    return members;
  }

  /** What is wrong with the first that is not well; null when all are. */
  @Nullable String unwell(String group) throws InterruptedException {
    try {
      for (LiveBackend live : groups.members(service(), group)) {
        if (live.standing().failing()) {
          return "backend " + live.address() + " fails its probes";
        }
      }
      for (Backend member : members(group)) {
        if (member.isSought()) {
          return "backend " + member.address() + ": no address of its name is found";
        }
      }
      return first(probe(members(group)));
    } catch (DeployFailed e) {
      return e.why();
    }
  }

  /** Whether any of a group answers that no operator has taken out. */
  boolean serves(String group) throws InterruptedException {
    try {
      Set<String> down =
          groups.members(service(), group).stream()
              .filter(live -> live.standing().override() == Standing.Word.DOWN)
              .map(LiveBackend::address)
              .collect(Collectors.toSet());
      List<Backend> others =
          members(group).stream().filter(member -> !down.contains(member.address())).toList();
      return probe(others).size() < others.size();
    } catch (DeployFailed e) {
      return false;
    }
  }

  /** Probes each once; what is wrong with those that are not well. */
  private List<String> probe(List<Backend> backends) throws DeployFailed, InterruptedException {
    Probe probe = service().probe();
    Probe.Check check = probe == null ? new Probe.Tcp() : probe.check();
    return ask(backends, check, probe == null ? CONNECT : probe.timeout());
  }

  /** Asks all at once; what is wrong with the first that is not well. */
  @Nullable String wrong(List<Backend> backends, Probe.Check check, Duration timeout)
      throws DeployFailed, InterruptedException {
    return first(ask(backends, check, timeout));
  }

  private static @Nullable String first(List<String> wrong) {
    return wrong.isEmpty() ? null : wrong.getFirst();
  }

  /** Asks all at once; what is wrong with those that are not well. */
  private List<String> ask(List<Backend> backends, Probe.Check check, Duration timeout)
      throws DeployFailed, InterruptedException {
    Upstream upstream = groups.upstream(name);
    if (upstream == null) {
      throw new DeployFailed("no route leads to service " + name + " any more");
    }
    List<CompletableFuture<@Nullable String>> answers = new ArrayList<>();
    for (Backend backend : backends) {
      answers.add(
          health
              .ask(upstream, backend, check, timeout)
              .thenApply(why -> why == null ? null : "backend " + backend.address() + ": " + why));
    }
    List<String> wrong = new ArrayList<>();
    for (CompletableFuture<@Nullable String> answer : answers) {
      try {
        String its = answer.get();
        if (its != null) {
          wrong.add(its);
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("a probe failed", e.getCause());
      }
    }
    return wrong;
  }
}
