package io.holdfast.lifecycle;

/** How far drains have come, for tests. */
public final class Progresses {
  private Progresses() {}

  /** Of a drain that has found so many, and done nothing yet. */
  public static Progress found(int count) {
    Progress progress = new Progress(_ -> {});
    find(progress, count);
    return progress;
  }

  /** Has it find so many more. */
  public static void find(Progress progress, int count) {
    progress.found(count);
  }
}
