package io.holdfast.lifecycle.deploy;

import io.holdfast.lifecycle.Pace;
import io.holdfast.model.DeployPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one deploy is to do.
 *
 * @param group that is to have all clients
 * @param before shares of all groups as they are, which a rollback goes back to
 * @param policy steps, bake, smoke script and limits
 * @param pace of the drain
 */
public record DeployPlan(
    String group, Map<String, Integer> before, DeployPolicy policy, Pace pace) {
  /** The sum of all shares in a step. */
  private static final int PARTS = 1000;

  public DeployPlan {
    before = Map.copyOf(before);
  }

  /** The groups that have clients now, and are to have none; sorted. */
  public List<String> others() {
    return before.keySet().stream()
        .filter(name -> !name.equals(group) && before.getOrDefault(name, 0) > 0)
        .sorted()
        .toList();
  }

  /**
   * Shares of all groups when the new one has a part; the others keep theirs among each other.
   *
   * @param part 0 to 1
   */
  public Map<String, Integer> shares(double part) {
    int own = (int) Math.round(PARTS * part);
    long rest = others().stream().mapToLong(name -> before.getOrDefault(name, 0)).sum();
    Map<String, Integer> shares = new LinkedHashMap<>();
    before.forEach((name, share) -> {
      long its = name.equals(group) || rest == 0 ? 0 : (long) share * (PARTS - own) / rest;
      shares.put(name, name.equals(group) ? own : (int) its);
    });
    return shares;
  }
}
