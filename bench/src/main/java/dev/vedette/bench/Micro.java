package dev.vedette.bench;

import java.util.Arrays;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks of single pieces and prints a line for each: time and bytes allocated per operation.
 *
 * <p>{@code make bench-micro [ONLY=regexp] [ARGS="JMH's own options"]}. The JVMs that measure have the options of the
 * JVM that this runs in, which are a server's.
 */
public final class Micro {

    private Micro() {}

    /** Arguments: those of JMH, a regular expression for the names of benchmarks among them. */
    public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
        String[] given =
                Arrays.stream(arguments).filter(word -> !word.isEmpty()).toArray(String[]::new);
        CommandLineOptions options = new CommandLineOptions(given);
        OptionsBuilder builder = new OptionsBuilder();
        builder.parent(options).addProfiler(GCProfiler.class).verbosity(VerboseMode.SILENT);
        if (options.getIncludes().isEmpty()) {
            builder.include("dev\\.vedette\\.");
        }
        new Runner(builder.build(), new MicroTable(System.out)).run();
    }
}
