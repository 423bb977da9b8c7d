package dev.vedette.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Asks a server by SET and GET at a fixed rate, and tells how long the answers took, counted from the instant at which
 * each request was due: a server that stops for a second pays for every request of that second, not for the one that
 * happened to be under way.
 *
 * <p>{@code java -cp 'bench/target/bench.jar:bench/target/lib/*' dev.vedette.bench.Load --port 6379 --rate 20000}
 */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Latencies of a server at a fixed rate, from the instant when each request was due.")
public final class Load implements Callable<Integer> {

    @Option(names = "--port", description = "Port on this machine, ${DEFAULT-VALUE}.")
    private int port = 6379;

    @Option(names = "--rate", description = "Requests per second, or max: one request after the other.")
    private String rate = "max";

    @Option(names = "--seconds", description = "Length of the measurement, ${DEFAULT-VALUE}.")
    private double seconds = 10;

    @Option(names = "--until-told", description = "Ends before that when standard input ends.")
    private boolean untilTold;

    @Option(names = "--warmup", description = "Seconds before it, at the same rate, ${DEFAULT-VALUE}.")
    private double warmupSeconds = 2;

    @Option(names = "--connections", description = "${DEFAULT-VALUE}.")
    private int connections = 50;

    @Option(names = "--keys", description = "Keys drawn from, ${DEFAULT-VALUE}.")
    private int keys = 1_000_000;

    @Option(names = "--prefix", description = "How keys begin, ${DEFAULT-VALUE}.")
    private String prefix = "key:";

    @Option(names = "--size", description = "Bytes of a value, up to 16384; ${DEFAULT-VALUE}.")
    private int valueBytes = 3;

    @Option(names = "--mix", description = "Weights of GET and SET, ${DEFAULT-VALUE}.")
    private String mix = "1:1";

    @Option(names = "--fill", description = "Instead of measuring, set every key once, pipelined.")
    private boolean fill;

    @Option(names = "--expire-at", description = "With --fill: unix time in milliseconds when the keys expire.")
    private long expireAtMillis = -1;

    @Option(names = "--format", description = "text or json.")
    private String format = "text";

    private Load() {}

    /** Exit status 0 when every reply was as it should be. */
    public static void main(String[] arguments) {
        Program.run(new Load(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        if (valueBytes < 0 || valueBytes > LoadConnection.VALUE_BYTES_MAX) {
            throw new IOException("--size must be 0 to " + LoadConnection.VALUE_BYTES_MAX);
        }
        Requests requests = new Requests(prefix, keys, valueBytes, getShare(), expireAtMillis);
        try (LoadRun run = new LoadRun(port, connections, requests)) {
            if (fill) {
                run.fill();
                return 0;
            }
            System.out.flush();
            double asked = rate.equals("max") ? 0 : Double.parseDouble(rate);
            LoadResult result = run.measure(asked, warmupSeconds, seconds, () -> {
                System.out.println("measuring");
                System.out.flush();
                if (untilTold) {
                    endWithInput(run);
                }
            });
            System.out.print(format.equals("json") ? result.json() : result.text());
        }
        return 0;
    }

    private static void endWithInput(LoadRun run) {
        Thread.ofPlatform().daemon().name("input").start(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException broken) {
                // Nobody is there who could say more.
            }
            run.end();
        });
    }

    private double getShare() throws IOException {
        String[] weights = mix.split(":", -1);
        try {
            double get = Double.parseDouble(weights[0]);
            double set = Double.parseDouble(weights[1]);
            return get / (get + set);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("--mix must be two weights, GET's and SET's, as in 9:1", e);
        }
    }
}
