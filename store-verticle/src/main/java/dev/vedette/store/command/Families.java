package dev.vedette.store.command;

import dev.vedette.store.command.acl.AclCommands;
import dev.vedette.store.command.connection.ClientCommands;
import dev.vedette.store.command.connection.ConnectionCommands;
import dev.vedette.store.command.hash.HashCommands;
import dev.vedette.store.command.key.DumpCommands;
import dev.vedette.store.command.key.ExpiryCommands;
import dev.vedette.store.command.key.KeyCommands;
import dev.vedette.store.command.key.ScanCommands;
import dev.vedette.store.command.key.SortCommands;
import dev.vedette.store.command.list.BlockingListCommands;
import dev.vedette.store.command.list.ListCommands;
import dev.vedette.store.command.persistence.PersistenceCommands;
import dev.vedette.store.command.pubsub.PubSubCommands;
import dev.vedette.store.command.replication.ReplicationCommands;
import dev.vedette.store.command.scripting.FunctionCommands;
import dev.vedette.store.command.scripting.ScriptCommands;
import dev.vedette.store.command.server.CommandCommands;
import dev.vedette.store.command.server.ConfigCommands;
import dev.vedette.store.command.server.DebugCommands;
import dev.vedette.store.command.server.InfoCommands;
import dev.vedette.store.command.server.ObservationCommands;
import dev.vedette.store.command.server.ServerCommands;
import dev.vedette.store.command.set.SetCommands;
import dev.vedette.store.command.sortedset.GeoCommands;
import dev.vedette.store.command.sortedset.SortedSetAlgebraCommands;
import dev.vedette.store.command.sortedset.SortedSetCommands;
import dev.vedette.store.command.sortedset.SortedSetRangeCommands;
import dev.vedette.store.command.stream.StreamClaims;
import dev.vedette.store.command.stream.StreamCommands;
import dev.vedette.store.command.stream.StreamGroupCommands;
import dev.vedette.store.command.stream.StreamInfo;
import dev.vedette.store.command.stream.StreamReads;
import dev.vedette.store.command.string.BitCommands;
import dev.vedette.store.command.string.HyperLogLogCommands;
import dev.vedette.store.command.string.StringCommands;
import dev.vedette.store.command.transaction.TransactionCommands;
import java.util.List;

/** Every family of commands that a server has; the one list from which {@link CommandTable}s are made. */
public final class Families {

    /** In the order of the documentation. */
    public static final List<List<Command>> ALL = List.of(
            StringCommands.FAMILY,
            BitCommands.FAMILY,
            HyperLogLogCommands.FAMILY,
            KeyCommands.FAMILY,
            ExpiryCommands.FAMILY,
            ScanCommands.FAMILY,
            SortCommands.FAMILY,
            DumpCommands.FAMILY,
            ListCommands.FAMILY,
            BlockingListCommands.FAMILY,
            HashCommands.FAMILY,
            SetCommands.FAMILY,
            SortedSetCommands.FAMILY,
            SortedSetRangeCommands.FAMILY,
            SortedSetAlgebraCommands.FAMILY,
            GeoCommands.FAMILY,
            StreamCommands.FAMILY,
            StreamReads.FAMILY,
            StreamGroupCommands.FAMILY,
            StreamClaims.FAMILY,
            StreamInfo.FAMILY,
            ConnectionCommands.FAMILY,
            ClientCommands.FAMILY,
            PubSubCommands.FAMILY,
            TransactionCommands.FAMILY,
            ScriptCommands.FAMILY,
            FunctionCommands.FAMILY,
            AclCommands.FAMILY,
            ServerCommands.FAMILY,
            ConfigCommands.FAMILY,
            InfoCommands.FAMILY,
            CommandCommands.FAMILY,
            DebugCommands.FAMILY,
            ObservationCommands.FAMILY,
            PersistenceCommands.FAMILY,
            ReplicationCommands.FAMILY);

    private Families() {}
}
