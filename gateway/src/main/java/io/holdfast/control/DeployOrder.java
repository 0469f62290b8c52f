package io.holdfast.control;

import io.holdfast.model.DeployPolicy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks of a deploy.
 *
 * @param service whose groups they are
 * @param group that is to have all clients
 * @param steps null for the service's own
 * @param bake null for the service's own
 * @param drain deadline of the drains; null for the service's own
 * @param smoke null for the service's own
 */
public record DeployOrder(
    String service,
    String group,
    @Nullable List<Double> steps,
    @Nullable Duration bake,
    @Nullable Duration drain,
    DeployPolicy.@Nullable Smoke smoke) {

  /** The service's policy with what is asked in place of it. */
  DeployPolicy over(DeployPolicy own) {
    return new DeployPolicy(
        steps == null ? own.steps() : steps,
        bake == null ? own.bake() : bake,
        smoke == null ? own.smoke() : smoke,
        own.timeout(),
        own.verify(),
        own.commands());
  }
}
