package dev.vedette.store.command;

/** Error replies that several families give, in Redis 7.0's words; clients branch on them. */
public final class Errors {
    public static final String WRONGTYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";
    public static final String SYNTAX = "ERR syntax error";
    public static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    public static final String NOT_A_FLOAT = "ERR value is not a valid float";
    public static final String OUT_OF_RANGE = "ERR value is out of range";
    public static final String MUST_BE_POSITIVE = "ERR value is out of range, must be positive";
    public static final String NO_SUCH_KEY = "ERR no such key";
    public static final String SAME_OBJECT = "ERR source and destination objects are the same";
    public static final String INDEX_OUT_OF_RANGE = "ERR index out of range";
    public static final String OVERFLOW = "ERR increment or decrement would overflow";
    public static final String STRING_TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
    public static final String READONLY = "READONLY You can't write against a read only replica.";
    public static final String NOREPLICAS = "NOREPLICAS Not enough good replicas to write.";
    public static final String MASTERDOWN =
            "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
    public static final String LOADING = "LOADING Redis is loading the dataset in memory";
    public static final String NOAUTH = "NOAUTH Authentication required.";
    public static final String OOM = "OOM command not allowed when used memory > 'maxmemory'.";
    public static final String EXECABORT = "EXECABORT Transaction discarded because of previous errors.";
    public static final String MISCONF =
            "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands"
                    + " that may modify the data set are disabled, because this instance is configured to report errors"
                    + " during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the"
                    + " Redis logs for details about the RDB error.";

    private Errors() {}

    /** Wrong number of arguments. */
    public static String arity(String fullName) {
        return "ERR wrong number of arguments for '" + fullName + "' command";
    }

    /** An error as it is told within another text: without the code that says nothing. */
    public static String withoutCode(String error) {
        return error.startsWith("ERR ") ? error.substring("ERR ".length()) : error;
    }
}
