package dev.vedette.store;

import dev.vedette.store.command.ServerState;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file in which a master's data set came. It becomes this server's own dump, so that a server that ends while it
 * loads has its master's data at the next start; where nothing is to stay on the disk, it goes when it is loaded. Event
 * loop of the store.
 */
final class ReceivedDump {

    private final ServerState server;
    private Path path;
    private boolean kept;

    /** A complete file of a name of its own. */
    ReceivedDump(ServerState server, Path path) {
        this.server = server;
        this.path = path;
    }

    /** Where it is now. */
    Path path() {
        return path;
    }

    /** Puts it in the place of the server's dump; where that fails, which is logged, it stays where it is. */
    void keep() {
        if (kept) {
            return;
        }
        Path dump = server.config.getPath("dbfilename");
        try {
            Files.move(path, dump, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            path = dump;
            kept = true;
        } catch (IOException e) {
            server.log.log(
                    Level.WARNING,
                    "Failed trying to rename the temp DB into " + server.config.getString("dbfilename")
                            + " in MASTER <-> REPLICA synchronization: " + e);
        }
    }

    /** Its data is in force. */
    void loaded() {
        keep();
        discard();
    }

    /** Nobody needs it any more, unless it is the server's dump and may be that. */
    void discard() {
        boolean unwelcome = kept
                && server.config.getBool("rdb-del-sync-files")
                && server.config.savePoints().isEmpty()
                && !server.config.getBool("appendonly");
        if (unwelcome) {
            server.log.log(
                    Level.INFO,
                    "Removing the RDB file obtained from the master. This replica has persistence disabled");
        }
        if (kept && !unwelcome) {
            return;
        }
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            server.log.log(Level.WARNING, "Cannot delete the received dump " + path + ": " + e);
        }
    }
}
