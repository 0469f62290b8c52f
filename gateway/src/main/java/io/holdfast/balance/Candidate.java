package io.holdfast.balance;

import io.holdfast.model.Backend;

/**
 * A backend as an algorithm sees it.
 *
 * @param live its counts
 * @param backend its configuration
 */
record Candidate(LiveBackend live, Backend backend) {
  int weight() {
    return backend.weight();
  }
}
