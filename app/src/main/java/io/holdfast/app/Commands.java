package io.holdfast.app;

import io.holdfast.app.demo.DemoCommand;
import io.holdfast.chat.ChatCommand;
import io.holdfast.cli.CheckCommand;
import io.holdfast.cli.DeployCommand;
import io.holdfast.cli.DrainCommand;
import io.holdfast.cli.OverrideCommand;
import io.holdfast.cli.RebalanceCommand;
import io.holdfast.cli.ReloadCommand;
import io.holdfast.cli.RunCommand;
import io.holdfast.cli.SchemaCommand;
import io.holdfast.cli.UpgradeCommand;
import io.holdfast.loadtest.ConnectCommand;
import io.holdfast.loadtest.EchoCommand;
import io.holdfast.loadtest.LoadtestCommand;
import java.util.List;

/** All sub-commands of {@code holdfast}, in the order of the help. */
final class Commands {
  /** Their names. */
  static final List<String> NAMES =
      List.of(
          "run",
          "demo",
          "check",
          "schema",
          "reload",
          "drain",
          "deploy",
          "rebalance",
          "upgrade",
          "up",
          "down",
          "clear",
          "chat",
          "echo",
          "connect",
          "loadtest",
          "version");

  private Commands() {}

  /**
   * The command called {@code name}. Only this one's classes are loaded, because a switch links
   * each branch when it is first taken; that is what keeps the start of every command short.
   *
   * @throws IllegalArgumentException if no command is called so
   */
  static Object create(String name) {
    return switch (name) {
      case "run" -> new RunCommand();
      case "demo" -> new DemoCommand();
      case "check" -> new CheckCommand();
      case "schema" -> new SchemaCommand();
      case "reload" -> new ReloadCommand();
      case "drain" -> new DrainCommand();
      case "deploy" -> new DeployCommand();
      case "rebalance" -> new RebalanceCommand();
      case "upgrade" -> new UpgradeCommand();
      case "up" -> new OverrideCommand.Up();
      case "down" -> new OverrideCommand.Down();
      case "clear" -> new OverrideCommand.Clear();
      case "chat" -> new ChatCommand();
      case "echo" -> new EchoCommand();
      case "connect" -> new ConnectCommand();
      case "loadtest" -> new LoadtestCommand();
      case "version" -> new VersionCommand();
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }
}
