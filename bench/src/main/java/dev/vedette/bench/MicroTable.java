package dev.vedette.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** A line for each benchmark, when it is over; what the measuring JVM says only when that one fails. */
final class MicroTable implements OutputFormat {

    private static final String BYTES = "gc.alloc.rate.norm";

    private final PrintStream out;
    private final StringBuilder said = new StringBuilder();

    MicroTable(PrintStream out) {
        this.out = out;
    }

    @Override
    public void startRun() {
        out.printf("%-58s %12s %10s %10s%n", "benchmark", "ns/op", "+-", "B/op");
    }

    @Override
    public void endBenchmark(@Nullable BenchmarkResult result) {
        if (result == null) {
            out.println("failed:\n" + said);
            return;
        }
        BenchmarkParams params = result.getParams();
        Result<?> time = result.getPrimaryResult();
        Result<?> bytes = result.getSecondaryResults().get(BYTES);
        if (bytes == null) {
            throw new IllegalStateException("no " + BYTES + " from " + params.getBenchmark());
        }
        double error = time.getScoreError();
        out.printf(
                "%-58s %12.1f %10s %10.1f%n",
                name(params),
                time.getScore(),
                Double.isNaN(error) ? "" : "%.1f".formatted(error),
                Math.round(bytes.getScore() * 10) / 10.0);
        out.flush();
        said.setLength(0);
    }

    private static String name(BenchmarkParams params) {
        String name = params.getBenchmark().replaceAll("^.*\\.([^.]+\\.[^.]+)$", "$1");
        String values = params.getParamsKeys().stream()
                .map(key -> key + "=" + params.getParam(key))
                .collect(Collectors.joining(" "));
        return values.isEmpty() ? name : name + " " + values;
    }

    @Override
    public void startBenchmark(BenchmarkParams params) {}

    @Override
    public void endRun(Collection<RunResult> results) {}

    @Override
    public void iteration(BenchmarkParams benchmark, IterationParams iteration, int number) {}

    @Override
    public void iterationResult(
            BenchmarkParams benchmark, IterationParams iteration, int number, IterationResult result) {}

    @Override
    public void print(String text) {
        said.append(text);
    }

    @Override
    public void println(String text) {
        said.append(text).append('\n');
    }

    @Override
    public void verbosePrintln(String text) {}

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public void write(int character) {
        said.append((char) character);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        said.append(new String(bytes, StandardCharsets.UTF_8));
    }
}
