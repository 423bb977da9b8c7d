package dev.vedette.launcher.seed;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Plays every transcript of the tutorial's families with nodes of either kind, and with both in one family. */
@Execution(ExecutionMode.CONCURRENT)
class SeedIT {

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> vedette() throws Exception {
        return plays((kind, number) -> Maker.VEDETTE);
    }

    @TestFactory
    Stream<DynamicTest> redis() throws Exception {
        return plays((kind, number) -> Maker.REDIS);
    }

    /** The first server is Vedette's, the first sentinel Redis's, and so on in turn. */
    @TestFactory
    Stream<DynamicTest> vedetteFirst() throws Exception {
        return plays((kind, number) -> isEven(number) == (kind == Node.Kind.SERVER) ? Maker.VEDETTE : Maker.REDIS);
    }

    /** The first server is Redis's, the first sentinel Vedette's, and so on in turn. */
    @TestFactory
    Stream<DynamicTest> redisFirst() throws Exception {
        return plays((kind, number) -> isEven(number) == (kind == Node.Kind.SERVER) ? Maker.REDIS : Maker.VEDETTE);
    }

    /** Sentinels of Redis, servers of Vedette. */
    @TestFactory
    Stream<DynamicTest> vedetteGuardedByRedis() throws Exception {
        return plays((kind, number) -> kind == Node.Kind.SERVER ? Maker.VEDETTE : Maker.REDIS)
                .filter(test -> test.getDisplayName().startsWith("sentinel"));
    }

    private static boolean isEven(int number) {
        return number % 2 == 0;
    }

    private Stream<DynamicTest> plays(BiFunction<Node.Kind, Integer, Maker> makers)
            throws IOException, URISyntaxException {
        return Transcript.all()
                .map(file -> DynamicTest.dynamicTest(Transcript.name(file), () -> {
                    Path own = Files.createTempDirectory(folder, Transcript.name(file));
                    try (Stage stage = new Stage(Transcript.read(file), own, makers)) {
                        stage.play();
                    }
                }));
    }
}
