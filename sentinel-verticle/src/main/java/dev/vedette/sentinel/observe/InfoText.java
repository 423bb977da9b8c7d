package dev.vedette.sentinel.observe;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Contents;
import dev.vedette.sentinel.decide.Info;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the text of INFO. Lines that are missing or make no sense leave their defaults. */
public final class InfoText {

    private static final int RUN_ID_LENGTH = 40;
    private static final int DEFAULT_PRIORITY = 100;
    private static final long MS_PER_SECOND = 1000;
    private static final String NO_HISTORY = "0".repeat(RUN_ID_LENGTH);

    private @Nullable String runId;
    private Info.Role role = Info.Role.MASTER;
    private boolean roleKnown;
    private @Nullable String masterHost;
    private int masterPort;
    private boolean linkUp;
    private long linkDownMs;
    private int priority = DEFAULT_PRIORITY;
    private long replicaOffset;
    private long masterOffset;
    private boolean announced = true;
    private String replid = "";
    private String replid2 = "";
    private long secondOffset;
    private boolean loading;
    private boolean keyspaceTold;
    private long keys;
    private long loadedKeys = Contents.KEYS_UNKNOWN;
    private long loadedExpired;
    private boolean appendOnly;
    private final List<Address> replicas = new ArrayList<>();

    private InfoText() {}

    /**
     * What a text says; hosts are as in the text.
     *
     * @param believed the role to assume when the text names none
     */
    public static Info read(String text, Info.Role believed) {
        InfoText info = new InfoText();
        for (String line : text.split("\r?\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                info.read(line.substring(0, colon), line.substring(colon + 1));
            } else if (line.equals("# Keyspace")) {
                info.keyspaceTold = true;
            }
        }
        Info.Role role = info.roleKnown ? info.role : believed;
        boolean isReplica = role == Info.Role.REPLICA;
        @Nullable String host = info.masterHost;
        return new Info(
                info.runId,
                role,
                isReplica && host != null ? Address.of(host, info.masterPort) : null,
                isReplica && info.linkUp,
                info.linkDownMs,
                info.priority,
                isReplica ? info.replicaOffset : info.masterOffset,
                info.announced,
                info.replicas,
                info.contents());
    }

    private Contents contents() {
        return new Contents(
                replid,
                replid2.equals(NO_HISTORY) ? "" : replid2,
                secondOffset - 1,
                masterOffset,
                keyspaceTold && !loading ? keys : Contents.KEYS_UNKNOWN,
                loadedKeys == 0 && loadedExpired == 0 && !appendOnly);
    }

    private void read(String field, String value) {
        switch (field) {
            case "run_id" -> runId = value.length() >= RUN_ID_LENGTH ? value.substring(0, RUN_ID_LENGTH) : runId;
            case "role" -> {
                roleKnown = value.equals("master") || value.equals("slave");
                role = value.equals("slave") ? Info.Role.REPLICA : Info.Role.MASTER;
            }
            case "master_host" -> masterHost = value;
            case "master_port" -> masterPort = (int) number(value);
            case "master_link_status" -> linkUp = value.equals("up");
            case "master_link_down_since_seconds" -> linkDownMs = number(value) * MS_PER_SECOND;
            case "slave_priority" -> priority = (int) number(value);
            case "slave_repl_offset" -> replicaOffset = number(value);
            case "master_repl_offset" -> masterOffset = number(value);
            case "replica_announced" -> announced = number(value) != 0;
            case "master_replid" -> replid = value;
            case "master_replid2" -> replid2 = value;
            case "second_repl_offset" -> secondOffset = number(value);
            case "loading" -> loading = number(value) != 0;
            case "aof_enabled" -> appendOnly = number(value) != 0;
            case "rdb_last_load_keys_loaded" -> loadedKeys = number(value);
            case "rdb_last_load_keys_expired" -> loadedExpired = number(value);
            default -> {
                if (field.matches("slave\\d+")) {
                    addReplica(value);
                } else if (field.matches("db\\d+") && value.startsWith("keys=")) {
                    keys += number(value.substring("keys=".length()).split(",")[0]);
                }
            }
        }
    }

    /** {@code ip=127.0.0.1,port=6380,...}, and before Redis 2.8 {@code 127.0.0.1,6380,online}. */
    private void addReplica(String value) {
        String host = "";
        long port = -1;
        String[] parts = value.split(",");
        if (!value.contains("ip=") && parts.length >= 3) {
            host = parts[0];
            port = number(parts[1]);
        }
        for (String part : parts) {
            if (part.startsWith("ip=")) {
                host = part.substring("ip=".length());
            } else if (part.startsWith("port=")) {
                port = number(part.substring("port=".length()));
            }
        }
        if (!host.isEmpty() && port > 0 && port <= 65535) {
            replicas.add(Address.of(host, (int) port));
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }
}
