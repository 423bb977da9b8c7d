package dev.vedette.sentinel;

import dev.vedette.sentinel.config.SentinelSettings;
import dev.vedette.sentinel.config.SentinelSettings.Master;
import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Persisted;
import dev.vedette.sentinel.decide.Rules;
import dev.vedette.sentinel.decide.Settings;
import dev.vedette.sentinel.observe.Names;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Between what the configuration file says and what a decision knows. */
final class Memory {

    private Memory() {}

    /** What the file said, with its host names resolved; those that do not resolve stand for themselves. */
    static Future<Persisted> recall(SentinelSettings settings, String myId, Names names) {
        List<Future<Persisted.Entry>> entries =
                settings.masters().stream().map(master -> recall(master, names)).toList();
        return Future.all(new ArrayList<Future<?>>(entries))
                .map(done -> new Persisted(
                        myId,
                        settings.currentEpoch(),
                        entries.stream().map(Future::result).toList()));
    }

    private static Future<Persisted.Entry> recall(Master master, Names names) {
        Future<Address> address = names.locateOrKeep(master.host(), master.port());
        List<Future<Address>> replicas = master.knownReplicas().stream()
                .map(replica -> names.locateOrKeep(replica.host(), replica.port()))
                .toList();
        List<Future<Persisted.Known>> sentinels = master.knownSentinels().stream()
                .map(known -> names.locateOrKeep(
                                known.address().host(), known.address().port())
                        .map(found -> new Persisted.Known(known.runId(), found)))
                .toList();
        List<Future<?>> all = new ArrayList<>(replicas);
        all.addAll(sentinels);
        all.add(address);
        return Future.all(all)
                .map(done -> new Persisted.Entry(
                        master.name(),
                        new Settings(
                                master.quorum(),
                                master.downAfterMillis(),
                                master.failoverTimeoutMillis(),
                                master.parallelSyncs(),
                                master.rebootDownAfterMillis(),
                                master.hintMillis(),
                                master.failoverEmptied(),
                                master.notificationScript(),
                                master.clientReconfigScript(),
                                master.authUser(),
                                master.authPass(),
                                master.renamedCommands()),
                        address.result(),
                        master.configEpoch(),
                        master.leaderEpoch(),
                        replicas.stream().map(Future::result).toList(),
                        sentinels.stream().map(Future::result).toList()));
    }

    /** What the file must say. */
    static SentinelSettings note(SentinelSettings settings, Persisted persisted, Rules rules) {
        return settings.holding(
                persisted.myId(),
                persisted.currentEpoch(),
                persisted.masters().stream().map(entry -> note(entry, rules)).toList());
    }

    private static Master note(Persisted.Entry entry, Rules rules) {
        Settings settings = entry.settings();
        return new Master(
                entry.name(),
                entry.address().shown(rules),
                entry.address().port(),
                settings.quorum(),
                settings.downAfterMs(),
                settings.failoverTimeoutMs(),
                settings.parallelSyncs(),
                settings.notificationScript(),
                settings.clientReconfigScript(),
                settings.authUser(),
                settings.authPass(),
                settings.rebootDownAfterMs(),
                settings.hintMs(),
                settings.failoverEmptied(),
                entry.configEpoch(),
                entry.leaderEpoch(),
                entry.replicas().stream().map(replica -> note(replica, rules)).toList(),
                entry.sentinels().stream()
                        .map(known -> new SentinelSettings.KnownSentinel(note(known.address(), rules), known.runId()))
                        .toList(),
                settings.renamedCommands());
    }

    private static SentinelSettings.Address note(Address address, Rules rules) {
        return new SentinelSettings.Address(address.shown(rules), address.port());
    }
}
