package io.holdfast.lifecycle.deploy;

import io.holdfast.balance.Tally;
import io.holdfast.lifecycle.Progress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The groups of one service, as a deploy works on them. Whatever it says, it may block. */
public interface Fleet {
  /** Runs the group's start command; without one does nothing. */
  void start(String group) throws DeployFailed, InterruptedException;

  /** Runs the group's stop command; without one does nothing. */
  void stop(String group) throws DeployFailed, InterruptedException;

  /** Asks all backends of a group how they are; null when all are well, else what is wrong. */
  @Nullable String unwell(String group) throws InterruptedException;

  /** Whether any backend of a group could serve clients; asks them. */
  boolean serves(String group) throws InterruptedException;

  /** Whether the gateway gives work to all backends of a group; null when it does, else why not. */
  @Nullable String out(String group);

  /** Has every backend of a group pass the smoke script. */
  void smoke(String group) throws DeployFailed, InterruptedException;

  /**
   * Gives groups their shares of new clients.
   *
   * @param keep whether that outlives this process
   * @param admitted groups that {@link #admit} is done for in the same moment, so that neither new
   *     clients nor relays that are lost find nobody
   */
  void shift(Map<String, Integer> shares, boolean keep, List<String> admitted) throws DeployFailed;

  /** Lets a group take clients again that it was drained of. */
  void admit(String group) throws DeployFailed;

  /** Begins to take all clients from a group, which takes none from then on. */
  Draining drain(String group) throws DeployFailed;

  /** Begins to take from a group what it has above its share of the relays that there are. */
  Draining spread(String group) throws DeployFailed;

  /** Why a group must keep its clients, whatever a deploy wants; null when it need not. */
  @Nullable String needed(String group);

  /** What a group has done for clients. */
  Tally.Counts tally(String group);

  /** How many relays a group has. */
  int relays(String group);

  /** How much of clients is under way at a group: relays, handshakes and HTTP exchanges. */
  int load(String group);

  /** A drain that was begun. */
  interface Draining {
    /** How far it has come. */
    Progress.Now now();

    /** Stops it where it stands. */
    void stop();
  }
}
