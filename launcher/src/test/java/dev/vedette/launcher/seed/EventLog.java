package dev.vedette.launcher.seed;

import dev.vedette.launcher.nodes.Node;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads on in a node's log. */
final class EventLog {

    private static final Pattern LINE = Pattern.compile(
            "\\d+:[XMSC] \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3} (?<rest>[.\\-*#] .*)");
    private static final Pattern EVENT = Pattern.compile("[.\\-*#] (?:[+-][a-z]|Sentinel ID is ).*");

    private final Node node;
    private int read;

    EventLog(Node node) {
        this.node = node;
    }

    /** The lines that nobody has read yet, without their heads; of a sentinel those that tell an event. */
    List<String> unread() throws IOException {
        List<String> all = node.log()
                .lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group("rest"))
                .filter(rest ->
                        node.kind() == Node.Kind.SERVER || EVENT.matcher(rest).matches())
                .toList();
        return all.subList(read, all.size());
    }

    /** Says how many of them were read. */
    void advance(int lines) {
        read += lines;
    }
}
