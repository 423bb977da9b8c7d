package dev.vedette.sentinel.serve;

import dev.vedette.wire.resp.Reply;
import java.util.List;

/** One command of one client, on its way to an answer. */
final class Call {

    private final Client client;
    private final List<String> words;
    private boolean answered;

    Call(Client client, List<String> words) {
        this.client = client;
        this.words = List.copyOf(words);
        client.expect(this);
    }

    /** Who asks. */
    Client client() {
        return client;
    }

    /** The command's words, name first. */
    List<String> words() {
        return words;
    }

    /** A word by its position; 0 is the command's name. */
    String word(int index) {
        return words.get(index);
    }

    /** Number of words. */
    int size() {
        return words.size();
    }

    /** The answer. Those of a client leave in the order of its commands, however late they come. */
    void answer(Reply answer) {
        answer(List.of(answer));
    }

    /** Several answers in a row to one command. */
    void answer(List<Reply> answers) {
        if (answered) {
            throw new IllegalStateException("answered twice: " + words.getFirst());
        }
        answered = true;
        client.answered(this, answers);
    }
}
