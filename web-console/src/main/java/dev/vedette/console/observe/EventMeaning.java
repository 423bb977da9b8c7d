package dev.vedette.console.observe;

/** Says in a plain sentence what an event of a sentinel means, for someone who sees it for the first time. */
final class EventMeaning {

    private EventMeaning() {}

    /**
     * The sentence; empty for an event that this does not know.
     *
     * @param type event name with its sign
     * @param text rest of the log line
     */
    static String of(String type, String text) {
        EventText about = EventText.parse(text);
        String[] words = text.strip().split("\\s+");
        String what = switch (about.kind()) {
            case "master" -> "master " + about.instance();
            case "slave" -> "replica " + about.instance();
            case "sentinel" -> "sentinel " + about.instance();
            default -> "the instance";
        };
        return switch (type) {
            case "+sdown" -> "No answer from " + what + " for too long: this sentinel takes it for down.";
            case "-sdown" -> what(what) + " answers this sentinel again.";
            case "+odown" -> "Enough sentinels agree that " + what + " is down: a failover may begin.";
            case "-odown" -> "No longer enough sentinels take " + what + " for down.";
            case "+new-epoch" -> "Election number " + first(words) + " begins; each sentinel has one vote in it.";
            case "+try-failover" -> "This sentinel stands for election to lead the failover of " + what + ".";
            case "+vote-for-leader" -> "This sentinel gave its vote to sentinel " + shortened(first(words)) + ".";
            case "+elected-leader" -> "This sentinel won the election and leads the failover.";
            case "+failover-state-select-slave" -> "The leader looks for the best replica to promote.";
            case "+selected-slave" -> what(what) + " is chosen: it is to be the new master.";
            case "+failover-state-send-slaveof-noone" ->
                "The leader tells " + what + " to stop following and become a master.";
            case "+failover-state-wait-promotion" -> "The leader waits until " + what + " says that it is a master.";
            case "+promoted-slave" -> what(what) + " is a master now.";
            case "+failover-state-reconf-slaves" -> "The leader points the remaining replicas to the new master.";
            case "+slave-reconf-sent" -> what(what) + " is told to follow the new master.";
            case "+slave-reconf-inprog" -> what(what) + " has taken the new master and is catching up.";
            case "+slave-reconf-done" -> what(what) + " follows the new master.";
            case "+failover-end" -> "The failover is complete: every replica follows the new master.";
            case "+failover-end-for-timeout" ->
                "The failover ends although not all replicas were seen to follow the new master.";
            case "+switch-master" ->
                words.length >= 5
                        ? "Clients of '" + words[0] + "' are sent to the new master " + NodeId.of(words[3], words[4])
                                + " (was " + NodeId.of(words[1], words[2]) + ")."
                        : "";
            case "+config-update-from" -> "This sentinel learned the new master from " + what + ".";
            case "-failover-abort-not-elected" -> "This sentinel did not get enough votes and gives up this attempt.";
            case "-failover-abort-no-good-slave" -> "No replica is fit to be promoted: the failover is given up.";
            case "-failover-abort-slave-timeout" -> "The chosen replica did not become a master in time.";
            case "-failover-abort-master-is-back" -> "The master answers again: the failover is given up.";
            case "+convert-to-slave" -> what(what) + " came back as a master and is made a replica of the present one.";
            case "+fix-slave-config" -> what(what) + " followed the wrong master and is corrected.";
            case "+lost-data" -> what(what) + " came back without its data; a replica that has them takes its place.";
            case "+reboot" -> what(what) + " was restarted.";
            case "+slave" -> "This sentinel discovered " + what + ".";
            case "+sentinel" -> "This sentinel discovered " + what + ".";
            case "+monitor" -> "This sentinel began to watch " + what + ".";
            case "-monitor" -> "This sentinel no longer watches " + what + ".";
            case "+set" -> "A setting for " + what + " was changed.";
            case "+reset-master" -> "All that was known about " + what + " was forgotten, to be discovered afresh.";
            case "+tilt" ->
                "This sentinel's clock jumped or it was held up: it only watches for a while and takes no decisions.";
            case "-tilt" -> "This sentinel trusts its clock again and takes part in decisions.";
            case "-dup-sentinel" -> "A second entry for " + what + " was removed.";
            case "+sentinel-address-switch", "+sentinel-invalid-addr" -> "The address of " + what + " changed.";
            case "-role-change", "+role-change" -> "The role that " + what + " reports changed.";
            case "-script-error", "-script-timeout" -> "A notification script failed.";
            default -> "";
        };
    }

    private static String what(String what) {
        return Character.toUpperCase(what.charAt(0)) + what.substring(1);
    }

    private static String first(String[] words) {
        return words.length == 0 ? "" : words[0];
    }

    private static String shortened(String runId) {
        return runId.length() > 8 ? runId.substring(0, 8) + "…" : runId;
    }
}
