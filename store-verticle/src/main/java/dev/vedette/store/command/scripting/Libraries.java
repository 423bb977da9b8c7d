package dev.vedette.store.command.scripting;

import dev.vedette.store.command.scripting.Library.BadLibraryException;
import dev.vedette.store.lua.LuaState;
import dev.vedette.store.snapshot.PersistenceState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The libraries of functions. Their sources are with the {@link PersistenceState}, which dumps write and loads bring;
 * here they are loaded into a machine when somebody first asks for a function.
 */
final class Libraries {

    private static final long LOAD_MILLIS_MAX = 500;

    private final Scripting scripting;
    private final PersistenceState persistence;
    private @Nullable ScriptMachine machine;
    private Map<String, Library> byName = new LinkedHashMap<>();
    /** By name in lower case. */
    private Map<String, Library.Function> functions = new LinkedHashMap<>();

    private int version;
    private @Nullable Library loading;

    Libraries(Scripting scripting, PersistenceState persistence) {
        this.scripting = scripting;
        this.persistence = persistence;
    }

    ScriptMachine machine() {
        ScriptMachine present = machine;
        if (present == null) {
            present = new ScriptMachine(scripting, true);
            machine = present;
        }
        return present;
    }

    /** Memory that the machine has, in bytes. */
    long machineBytes() {
        return machine == null ? 0 : machine.state().usedBytes();
    }

    // ------------------------------------------------------------------ what there is

    /** The libraries by name. */
    Map<String, Library> all() {
        follow();
        return byName;
    }

    /** How many functions there are. */
    int functionCount() {
        follow();
        return functions.size();
    }

    /** How many libraries there are, loaded or not. */
    int count() {
        return persistence.functionLibraries.size();
    }

    /** The function of that name in any case, or null. */
    Library.@Nullable Function function(String anyCase) {
        follow();
        return functions.get(anyCase.toLowerCase(Locale.ROOT));
    }

    /** Loads what a dump has brought since the last time. */
    private void follow() {
        if (version == persistence.functionLibrariesVersion) {
            return;
        }
        version = persistence.functionLibrariesVersion;
        forget();
        for (byte[] source : persistence.functionLibraries) {
            try {
                put(byName, functions, load(source, 0), false);
            } catch (BadLibraryException bad) {
                scripting.log().log(
                        System.Logger.Level.WARNING,
                        "A library that a dump brought cannot be loaded: " + bad.getMessage());
            }
        }
    }

    private void forget() {
        ScriptMachine present = machine;
        if (present != null) {
            byName.values().forEach(library -> release(present, library));
        }
        byName = new LinkedHashMap<>();
        functions = new LinkedHashMap<>();
    }

    private static void release(ScriptMachine machine, Library library) {
        library.functions
                .values()
                .forEach(function -> machine.release(function.script().key()));
    }

    /** Tells the dumps what there is now. */
    private void publish() {
        List<byte[]> sources = new ArrayList<>();
        byName.values().forEach(library -> sources.add(library.source()));
        persistence.setFunctionLibraries(sources);
        version = persistence.functionLibrariesVersion;
    }

    // ------------------------------------------------------------------ loading

    boolean isLoading() {
        return loading != null;
    }

    /** Whether the library that is being loaded may have such a function. */
    void checkNew(String name) throws BadLibraryException {
        Library library = loading;
        Library.checkName(name);
        if (library != null && library.functions.containsKey(name)) {
            throw new BadLibraryException("Function already exists in the library");
        }
    }

    /** Adds a function to the library that is being loaded. */
    void add(String name, @Nullable String description, Set<ScriptFlag> flags, int key) {
        Library library = loading;
        if (library == null) {
            throw new IllegalStateException("no library is being loaded");
        }
        library.functions.put(name, new Library.Function(new Script(name, flags, key), description));
    }

    private Library load(byte[] source, long millisMax) throws BadLibraryException {
        Library library = Library.of(source);
        ScriptMachine own = machine();
        String complaint = own.compile(source, library.codeFrom(), "user_function");
        if (complaint != null) {
            throw new BadLibraryException("Error compiling function: " + complaint);
        }
        loading = library;
        try {
            LuaState.Outcome outcome = own.load(millisMax == 0 ? null : limit(millisMax));
            if (outcome != LuaState.Outcome.DONE) {
                release(own, library);
                String text = outcome == LuaState.Outcome.STOPPED
                        ? "ERR FUNCTION LOAD timeout"
                        : own.bareFailure(outcome).text();
                throw new BadLibraryException("Error registering functions: " + text);
            }
        } finally {
            loading = null;
        }
        if (library.functions.isEmpty()) {
            throw new BadLibraryException("No functions registered");
        }
        return library;
    }

    private static LuaState.Watch limit(long millisMax) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
        return () -> System.nanoTime() - end > 0 ? LuaState.Verdict.STOP : LuaState.Verdict.CONTINUE;
    }

    /** Puts a library among others: under a name and with functions that none of the others has. */
    private void put(
            Map<String, Library> libraries, Map<String, Library.Function> among, Library library, boolean replace)
            throws BadLibraryException {
        Library old = libraries.get(library.name());
        if (old != null && !replace) {
            throw new BadLibraryException("Library '" + library.name() + "' already exists");
        }
        for (String name : library.functions.keySet()) {
            Library.Function present = among.get(name.toLowerCase(Locale.ROOT));
            if (present != null && (old == null || !old.functions.containsValue(present))) {
                throw new BadLibraryException("Function " + name + " already exists");
            }
        }
        if (old != null) {
            old.functions.keySet().forEach(name -> among.remove(name.toLowerCase(Locale.ROOT)));
            libraries.remove(old.name());
        }
        libraries.put(library.name(), library);
        library.functions.forEach((name, function) -> among.put(name.toLowerCase(Locale.ROOT), function));
    }

    /**
     * FUNCTION LOAD.
     *
     * @param patient whether it may take as long as it likes
     * @return the library's name
     */
    String load(byte[] source, boolean replace, boolean patient) throws BadLibraryException {
        follow();
        Library announced = Library.of(source);
        Library old = byName.get(announced.name());
        if (old != null && !replace) {
            throw new BadLibraryException("Library '" + announced.name() + "' already exists");
        }
        Library library = load(source, patient ? 0 : LOAD_MILLIS_MAX);
        try {
            put(byName, functions, library, replace);
        } catch (BadLibraryException bad) {
            release(machine(), library);
            throw bad;
        }
        if (old != null) {
            release(machine(), old);
        }
        publish();
        return library.name();
    }

    /** FUNCTION DELETE; whether there was one of that name. */
    boolean delete(String name) {
        follow();
        Library library = byName.remove(name);
        if (library == null) {
            return false;
        }
        library.functions.keySet().forEach(function -> functions.remove(function.toLowerCase(Locale.ROOT)));
        release(machine(), library);
        publish();
        return true;
    }

    /** FUNCTION FLUSH: the machine goes, too. */
    void flush() {
        byName = new LinkedHashMap<>();
        functions = new LinkedHashMap<>();
        publish();
        ScriptMachine present = machine;
        machine = null;
        if (present != null) {
            scripting.afterwards(present.state()::close);
        }
    }

    /** What to do with libraries that are there when others are restored. */
    enum Policy {
        APPEND,
        REPLACE,
        FLUSH
    }

    /** FUNCTION RESTORE: all of them or none. */
    void restore(List<byte[]> sources, Policy policy) throws BadLibraryException {
        follow();
        List<Library> loaded = new ArrayList<>();
        Map<String, Library> restored = new LinkedHashMap<>();
        Map<String, Library.Function> theirs = new LinkedHashMap<>();
        Map<String, Library> libraries = policy == Policy.FLUSH ? new LinkedHashMap<>() : new LinkedHashMap<>(byName);
        Map<String, Library.Function> among =
                policy == Policy.FLUSH ? new LinkedHashMap<>() : new LinkedHashMap<>(functions);
        try {
            for (byte[] source : sources) {
                Library library = load(source, LOAD_MILLIS_MAX);
                loaded.add(library);
                put(restored, theirs, library, false);
            }
            join(restored, libraries, among, policy == Policy.REPLACE);
        } catch (BadLibraryException bad) {
            loaded.forEach(library -> release(machine(), library));
            throw bad;
        }
        List<Library> gone = new ArrayList<>(byName.values());
        gone.removeAll(libraries.values());
        gone.forEach(library -> release(machine(), library));
        byName = libraries;
        functions = among;
        publish();
    }

    private void join(
            Map<String, Library> restored,
            Map<String, Library> libraries,
            Map<String, Library.Function> among,
            boolean replace)
            throws BadLibraryException {
        // Those that are to be replaced all go before any comes, so that functions can move from one to another.
        for (Library library : restored.values()) {
            Library old = libraries.get(library.name());
            if (old != null && !replace) {
                throw new BadLibraryException("Library " + library.name() + " already exists");
            }
            if (old != null) {
                libraries.remove(old.name());
                old.functions.keySet().forEach(name -> among.remove(name.toLowerCase(Locale.ROOT)));
            }
        }
        for (Library library : restored.values()) {
            put(libraries, among, library, false);
        }
    }
}
