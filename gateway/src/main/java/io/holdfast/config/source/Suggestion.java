package io.holdfast.config.source;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the word that was most likely meant. */
public final class Suggestion {

  private Suggestion() {}

  /** {@code did you mean "x"?} when one of {@code known} is near, else a list of all of them. */
  public static String of(String word, Collection<String> known) {
    String nearest = nearest(word, known);
    if (nearest != null) {
      return "did you mean \"" + nearest + "\"?";
    }
    return known.isEmpty() ? "none are known here" : "expected one of " + String.join(", ", known);
  }

  /** The nearest of {@code known}, or null when none is near enough to be a slip. */
  static @Nullable String nearest(String word, Collection<String> known) {
    String best = null;
    int least = Math.max(1, Math.min(3, word.length() / 3)) + 1;
    for (String candidate : known) {
      int distance = distance(fold(word), fold(candidate));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** So that {@code max_age}, {@code max-age} and {@code maxage} all find {@code maxAge}. */
  private static String fold(String word) {
    return word.replaceAll("[-_]", "").toLowerCase(java.util.Locale.ROOT);
  }

  /** Edits (insert, delete, replace, swap of neighbours) from one word to the other. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int least =
            Math.min(
                cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        cost[i][j] = swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
      }
    }
    return cost[a.length()][b.length()];
  }
}
