package dev.vedette.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.wire.rdb.RealRedis;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.ReplyText;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Random commands, sent to a real redis-server and to a store in memory: each reply must be the same, and so must all
 * data in the end.
 */
public final class RandomCommands {

    /** Makes an argument of the kind that a word of a command stands for; a word that is no kind stands for itself. */
    @FunctionalInterface
    public interface Arguments {
        byte[] argument(String kind, Random random);
    }

    private final List<String> commands;
    private final Arguments arguments;
    private final Set<String> unordered;

    /**
     * Commands to choose from, of words that {@code arguments} replaces.
     *
     * @param unordered names of commands whose replies come in no order
     */
    public RandomCommands(List<String> commands, Arguments arguments, Set<String> unordered) {
        this.commands = commands;
        this.arguments = arguments;
        this.unordered = unordered;
    }

    /** Sends so many; the seed in a failure's text repeats it. */
    public void compare(Path folder, long seed, int count) throws Exception {
        Random random = new Random(seed);
        MemoryClient ours = new MemoryServer("enable-debug-command yes").client();
        try (RealRedis redis = RealRedis.start(folder);
                Socket socket = redis.connect()) {
            RespDecoder decoder = new RespDecoder();
            for (int i = 0; i < count; i++) {
                byte[][] words = next(random);
                socket.getOutputStream().write(RespEncoder.commandBytes(words));
                Reply theirs = decoder.next(socket.getInputStream());
                Reply own = Objects.requireNonNull(ours.command(words));
                boolean sorted = unordered.contains(new String(words[0], StandardCharsets.ISO_8859_1));
                int number = i;
                assertEquals(
                        text(theirs, sorted),
                        text(own, sorted),
                        () -> "seed " + seed + ", command " + number + ": " + shown(words));
            }
            assertEquals(
                    redis.command("DEBUG", "DIGEST"), ours.command("DEBUG", "DIGEST"), () -> "the data, seed " + seed);
        }
    }

    private byte[][] next(Random random) {
        String[] words = commands.get(random.nextInt(commands.size())).split(" ");
        byte[][] command = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            command[i] = arguments.argument(words[i], random);
        }
        return command;
    }

    /** The clocks of the two do not agree: numbers that are times of today are all the same. */
    private static String text(Reply reply, boolean sorted) {
        return String.join("\n", ReplyText.lines(reply, sorted))
                .replaceAll("\\(integer\\) 1[6-9]\\d{11}\\b", "(a time)");
    }

    private static String shown(byte[][] words) {
        StringBuilder text = new StringBuilder();
        for (byte[] word : words) {
            text.append(new String(word, 0, Math.min(word.length, 60), StandardCharsets.ISO_8859_1))
                    .append(' ');
        }
        return text.toString();
    }
}
