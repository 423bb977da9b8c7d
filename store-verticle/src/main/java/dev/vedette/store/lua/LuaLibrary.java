package dev.vedette.store.lua;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * The C library of Lua 5.1, taken from its jar and loaded once for the process. The JVM must have been started with {@code
 * --enable-native-access}, as for Netty.
 */
@SuppressWarnings("restricted")
final class LuaLibrary {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = load();

    private LuaLibrary() {}

    private static SymbolLookup load() {
        String name = resource(System.getProperty("os.name"), System.getProperty("os.arch"));
        try (InputStream content = LuaLibrary.class.getResourceAsStream("/" + name)) {
            if (content == null) {
                throw new IllegalStateException("no Lua library for this machine: " + name);
            }
            Path file = Files.createTempFile("vedette-", "-" + name);
            try {
                Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
                return SymbolLookup.libraryLookup(file, Arena.global());
            } finally {
                // Once loaded it needs no name any more.
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot unpack the Lua library: " + e.getMessage(), e);
        }
    }

    private static String resource(String system, String processor) {
        boolean arm = processor.equals("aarch64");
        return system.toLowerCase(Locale.ROOT).startsWith("mac")
                ? (arm ? "liblua51arm64.dylib" : "liblua5164.dylib")
                : (arm ? "liblua51arm64.so" : "liblua5164.so");
    }

    /** Where a function is. */
    static long address(String function) {
        return SYMBOLS.find(function)
                .orElseThrow(() -> new IllegalStateException("the Lua library lacks " + function))
                .address();
    }

    /** A function of the library. */
    static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), type);
    }

    /** A function that takes next to no time and calls nothing back: called without leaving Java's state. */
    static MethodHandle quick(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), type, Linker.Option.critical(false));
    }

    /** The address of a function for C to call. */
    static long callback(MethodHandle target, FunctionDescriptor type, Arena arena) {
        return LINKER.upcallStub(target, type, arena).address();
    }
}
