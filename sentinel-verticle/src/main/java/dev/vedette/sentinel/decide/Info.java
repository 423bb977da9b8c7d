package dev.vedette.sentinel.decide;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a data node's INFO said, as far as a decision needs it. The shell parses the text and keeps it for SENTINEL
 * INFO-CACHE.
 *
 * @param runId run_id, or null
 * @param role role: master or slave
 * @param master master_host and master_port of a replica, else null
 * @param masterLinkUp master_link_status:up
 * @param masterLinkDownMs master_link_down_since_seconds x 1000, 0 when the line is not there
 * @param priority slave_priority; 100 when the line is not there
 * @param offset slave_repl_offset of a replica, master_repl_offset of a master
 * @param announced replica_announced; true when the line is not there
 * @param replicas the slaveN lines of a master
 * @param contents what data it holds
 */
public record Info(
        @Nullable String runId,
        Role role,
        @Nullable Address master,
        boolean masterLinkUp,
        long masterLinkDownMs,
        int priority,
        long offset,
        boolean announced,
        List<Address> replicas,
        Contents contents) {

    public Info {
        replicas = List.copyOf(replicas);
    }

    /** The role that a node reports. */
    public enum Role {
        /** role:master. */
        MASTER,
        /** role:slave. */
        REPLICA;

        /** The word in INFO and in the log. */
        public String word() {
            return this == MASTER ? "master" : "slave";
        }
    }
}
