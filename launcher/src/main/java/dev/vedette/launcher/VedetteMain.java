package dev.vedette.launcher;

import dev.vedette.launcher.family.DemoCommand;
import dev.vedette.launcher.node.Version;
import dev.vedette.wire.resp.RedisVersion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code vedette}: what is neither a server nor a sentinel nor the console; for now the demo. */
@Command(
        name = "vedette",
        mixinStandardHelpOptions = true,
        versionProvider = VedetteMain.Versions.class,
        subcommands = DemoCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Vedette, a Redis-compatible in-memory store with replication, Sentinel and a console.",
        footer = {"", "See also: vedette-server --help, vedette-sentinel --help, vedette-console --help."})
public final class VedetteMain implements Runnable {

    /** Made by picocli. */
    VedetteMain() {}

    /** Runs a subcommand and exits with its status. */
    public static void main(String[] arguments) {
        ProcessEnd.exit(new CommandLine(new VedetteMain()).execute(arguments));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /** Says what this is. */
    static final class Versions implements IVersionProvider {
        /** Made by picocli. */
        Versions() {}

        @Override
        public String[] getVersion() {
            return new String[] {"Vedette " + Version.VEDETTE + ", as Redis " + RedisVersion.TEXT};
        }
    }
}
