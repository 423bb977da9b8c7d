package dev.vedette.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** How the programs of this module run: a failed connection is told on standard output, and is exit status 1. */
final class Program {

    private Program() {}

    /** Runs a program, and ends the process with its exit status. */
    static void run(Callable<Integer> program, String[] arguments) {
        CommandLine line = new CommandLine(program);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof IOException) {
                System.out.println(failure.getMessage());
                return 1;
            }
            throw failure;
        });
        System.exit(line.execute(arguments));
    }
}
