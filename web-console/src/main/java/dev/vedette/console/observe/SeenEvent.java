package dev.vedette.console.observe;

/**
 * Something that happened, as the page lists it: an event of a sentinel, or a change that the console itself saw in the
 * reports of the nodes.
 *
 * @param seq rises by one with each event
 * @param atMillis the console's clock when it learned of it. One clock for all, so that order and durations hold even if
 *     the machines' clocks differ
 * @param sentMillis the sender's clock; equal to {@code atMillis} for the console's own
 * @param source id of the sentinel, or {@link #CONSOLE}
 * @param level {@code # * - .} as in the log
 * @param type for example {@code +sdown}, or one of the console's own words
 * @param text rest of the sentinel's log line; empty for the console's own
 * @param meaning one plain sentence for someone who does not know the event
 */
public record SeenEvent(
        long seq,
        long atMillis,
        long sentMillis,
        String source,
        String level,
        String type,
        String text,
        String meaning) {

    /** The source of what the console saw by itself. */
    public static final String CONSOLE = "console";
}
