package io.holdfast.control;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What is kept of deploys over restarts, where there is a state folder. */
record DeployFile(StateFolder state) {
  private static final String NAME = "deploys";
  private static final TypeReference<List<DeployStatus>> ALL = new TypeReference<>() {};

  /** Those that were kept; none when that cannot be said. */
  List<DeployStatus> load() {
    List<DeployStatus> kept = state.load(NAME, DeployFile::read);
    return kept == null ? List.of() : kept;
  }

  private static List<DeployStatus> read(String text) {
    try {
      return JsonMapper.shared().readValue(text, ALL);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("expected JSON of deploys", e);
    }
  }

  /** Whether there is a folder for it. */
  boolean keeps() {
    return state.keeps();
  }

  /**
   * Keeps these in place of all before, where there is a folder.
   *
   * @return false when that cannot be written; the log says why
   */
  boolean save(List<DeployStatus> all) {
    return state.save(NAME, JsonMapper.shared().writeValueAsString(all));
  }
}
