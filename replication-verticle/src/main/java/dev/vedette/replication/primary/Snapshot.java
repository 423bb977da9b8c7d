package dev.vedette.replication.primary;

import dev.vedette.wire.bus.SnapshotContents;
import dev.vedette.wire.bus.ToStore.SnapshotTarget;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/** A snapshot under way for replicas. */
final class Snapshot {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Offset of the cut while the store has not answered. */
    static final long NOT_CUT = -1;

    /** A part of a snapshot on its way to replicas. */
    static final class Chunk {
        final Snapshot snapshot;
        final int bytes;
        /** So many replicas' kernels have not taken it yet. */
        int untaken;

        Chunk(Snapshot snapshot, int bytes, int replicas) {
            this.snapshot = snapshot;
            this.bytes = bytes;
            this.untaken = replicas;
        }
    }

    final long id;
    final SnapshotTarget target;
    final SnapshotContents contents;
    /** 40 characters that end a diskless transfer; random, so that no data holds them by chance or intent. */
    final String mark;

    final List<Replica> replicas = new ArrayList<>();
    /** Chunks that came before the answer that says where the cut is; to be released. */
    final Deque<ByteBuf> early = new ArrayDeque<>();

    long cutOffset = NOT_CUT;
    String replid = "";

    Snapshot(long id, SnapshotTarget target, SnapshotContents contents) {
        this.id = id;
        this.target = target;
        this.contents = contents;
        byte[] random = new byte[20];
        RANDOM.nextBytes(random);
        this.mark = HexFormat.of().formatHex(random);
    }

    /** Nobody gets what came early. */
    void dropEarly() {
        early.forEach(ByteBuf::release);
        early.clear();
    }

    boolean isCut() {
        return cutOffset != NOT_CUT;
    }
}
