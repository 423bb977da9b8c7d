package dev.vedette.sentinel.serve;

import dev.vedette.wire.resp.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The answer of a HELP subcommand: simple strings, between a heading and the words about HELP itself. */
final class Help {

    private Help() {}

    static Reply of(String container, String... lines) {
        List<String> all = new ArrayList<>();
        all.add(container + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        all.addAll(Arrays.asList(lines));
        all.add("HELP");
        all.add("    Print this help.");
        List<Reply> answers = new ArrayList<>();
        all.forEach(line -> answers.add(new Reply.Simple(line)));
        return new Reply.Array(answers);
    }
}
