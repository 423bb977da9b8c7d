package dev.vedette.store.command.acl;

/**
 * Why a user may not run a command.
 *
 * @param reason what is forbidden
 * @param argument the argument that names the key or channel; 0 for the command itself
 */
record Denial(Reason reason, int argument) {

    /** What may be forbidden; a later one says more about what was tried than an earlier one. */
    enum Reason {
        COMMAND("command"),
        KEY("key"),
        AUTH("auth"),
        CHANNEL("channel");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** The word in ACL LOG. */
        String word() {
            return word;
        }
    }

    static final Denial COMMAND = new Denial(Reason.COMMAND, 0);

    /** Whether this one says more than another: a selector got further before it refused. */
    boolean isBeyond(Denial other) {
        int order = reason.compareTo(other.reason);
        return order > 0 || order == 0 && argument > other.argument;
    }
}
